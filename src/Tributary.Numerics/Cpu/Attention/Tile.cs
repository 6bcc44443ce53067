using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// Small products over packed blocks: c[r, :] (+)= Σₖ a[r, k] · b[k, :]. Columns are padded to whole registers. Each element is one chain of multiply-adds in
/// the order of k, whichever tile computes it.
/// </summary>
internal static unsafe class Tile
{
    /// <summary>
    /// a[r, k] stands at a[r · aRow + k · aStep]; b and c have row strides. With <paramref name="add"/> the chains begin at c, otherwise at 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<V>(
        int rows, int depth, int columns, float* a, nint aRow, nint aStep, float* b, nint bStride, float* c, nint cStride, bool add)
        where V : struct, ILanes<V>
    {
        var r = 0;
        for (; r <= rows - 4; r += 4)
        {
            var column = 0;
            for (; V.Count == 16 && column <= columns - (4 * V.Count); column += 4 * V.Count)
            {
                FourByFour<V>(depth, a + (r * aRow), aRow, aStep, b + column, bStride, c + (r * cStride) + column, cStride, add);
            }

            for (; column <= columns - (2 * V.Count); column += 2 * V.Count)
            {
                FourByTwo<V>(depth, a + (r * aRow), aRow, aStep, b + column, bStride, c + (r * cStride) + column, cStride, add);
            }

            for (; column < columns; column += V.Count)
            {
                FourByOne<V>(depth, a + (r * aRow), aRow, aStep, b + column, bStride, c + (r * cStride) + column, cStride, add);
            }
        }

        for (; r < rows; r++)
        {
            var column = 0;
            for (; column <= columns - (4 * V.Count); column += 4 * V.Count)
            {
                OneByFour<V>(depth, a + (r * aRow), aStep, b + column, bStride, c + (r * cStride) + column, add);
            }

            for (; column < columns; column += V.Count)
            {
                OneByOne<V>(depth, a + (r * aRow), aStep, b + column, bStride, c + (r * cStride) + column, add);
            }
        }
    }

    /// <summary>Sixteen sums: only where there are 32 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByFour<V>(int depth, float* a, nint aRow, nint aStep, float* b, nint bStride, float* c, nint cStride, bool add)
        where V : struct, ILanes<V>
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* c1 = c + cStride, c2 = c1 + cStride, c3 = c2 + cStride;
        V s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        V s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        if (add)
        {
            (s00, s01, s02, s03) = (V.Load(c), V.Load(c + V.Count), V.Load(c + (2 * V.Count)), V.Load(c + (3 * V.Count)));
            (s10, s11, s12, s13) = (V.Load(c1), V.Load(c1 + V.Count), V.Load(c1 + (2 * V.Count)), V.Load(c1 + (3 * V.Count)));
            (s20, s21, s22, s23) = (V.Load(c2), V.Load(c2 + V.Count), V.Load(c2 + (2 * V.Count)), V.Load(c2 + (3 * V.Count)));
            (s30, s31, s32, s33) = (V.Load(c3), V.Load(c3 + V.Count), V.Load(c3 + (2 * V.Count)), V.Load(c3 + (3 * V.Count)));
        }

        nint at = 0;
        for (var k = 0; k < depth; k++)
        {
            V b0 = V.Load(b), b1 = V.Load(b + V.Count), b2 = V.Load(b + (2 * V.Count)), b3 = V.Load(b + (3 * V.Count));
            var x = V.Broadcast(a[at]);
            s00 = V.MultiplyAdd(x, b0, s00);
            s01 = V.MultiplyAdd(x, b1, s01);
            s02 = V.MultiplyAdd(x, b2, s02);
            s03 = V.MultiplyAdd(x, b3, s03);
            x = V.Broadcast(a1[at]);
            s10 = V.MultiplyAdd(x, b0, s10);
            s11 = V.MultiplyAdd(x, b1, s11);
            s12 = V.MultiplyAdd(x, b2, s12);
            s13 = V.MultiplyAdd(x, b3, s13);
            x = V.Broadcast(a2[at]);
            s20 = V.MultiplyAdd(x, b0, s20);
            s21 = V.MultiplyAdd(x, b1, s21);
            s22 = V.MultiplyAdd(x, b2, s22);
            s23 = V.MultiplyAdd(x, b3, s23);
            x = V.Broadcast(a3[at]);
            s30 = V.MultiplyAdd(x, b0, s30);
            s31 = V.MultiplyAdd(x, b1, s31);
            s32 = V.MultiplyAdd(x, b2, s32);
            s33 = V.MultiplyAdd(x, b3, s33);
            at += aStep;
            b += bStride;
        }

        s00.Store(c);
        s01.Store(c + V.Count);
        s02.Store(c + (2 * V.Count));
        s03.Store(c + (3 * V.Count));
        s10.Store(c1);
        s11.Store(c1 + V.Count);
        s12.Store(c1 + (2 * V.Count));
        s13.Store(c1 + (3 * V.Count));
        s20.Store(c2);
        s21.Store(c2 + V.Count);
        s22.Store(c2 + (2 * V.Count));
        s23.Store(c2 + (3 * V.Count));
        s30.Store(c3);
        s31.Store(c3 + V.Count);
        s32.Store(c3 + (2 * V.Count));
        s33.Store(c3 + (3 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByTwo<V>(int depth, float* a, nint aRow, nint aStep, float* b, nint bStride, float* c, nint cStride, bool add)
        where V : struct, ILanes<V>
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* c1 = c + cStride, c2 = c1 + cStride, c3 = c2 + cStride;
        V s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        if (add)
        {
            (s00, s01) = (V.Load(c), V.Load(c + V.Count));
            (s10, s11) = (V.Load(c1), V.Load(c1 + V.Count));
            (s20, s21) = (V.Load(c2), V.Load(c2 + V.Count));
            (s30, s31) = (V.Load(c3), V.Load(c3 + V.Count));
        }

        nint at = 0;
        for (var k = 0; k < depth; k++)
        {
            V left = V.Load(b), right = V.Load(b + V.Count);
            var x = V.Broadcast(a[at]);
            s00 = V.MultiplyAdd(x, left, s00);
            s01 = V.MultiplyAdd(x, right, s01);
            x = V.Broadcast(a1[at]);
            s10 = V.MultiplyAdd(x, left, s10);
            s11 = V.MultiplyAdd(x, right, s11);
            x = V.Broadcast(a2[at]);
            s20 = V.MultiplyAdd(x, left, s20);
            s21 = V.MultiplyAdd(x, right, s21);
            x = V.Broadcast(a3[at]);
            s30 = V.MultiplyAdd(x, left, s30);
            s31 = V.MultiplyAdd(x, right, s31);
            at += aStep;
            b += bStride;
        }

        s00.Store(c);
        s01.Store(c + V.Count);
        s10.Store(c1);
        s11.Store(c1 + V.Count);
        s20.Store(c2);
        s21.Store(c2 + V.Count);
        s30.Store(c3);
        s31.Store(c3 + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByOne<V>(int depth, float* a, nint aRow, nint aStep, float* b, nint bStride, float* c, nint cStride, bool add)
        where V : struct, ILanes<V>
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* c1 = c + cStride, c2 = c1 + cStride, c3 = c2 + cStride;
        V s0 = default, s1 = default, s2 = default, s3 = default;
        if (add)
        {
            (s0, s1, s2, s3) = (V.Load(c), V.Load(c1), V.Load(c2), V.Load(c3));
        }

        nint at = 0;
        for (var k = 0; k < depth; k++)
        {
            var left = V.Load(b);
            s0 = V.MultiplyAdd(V.Broadcast(a[at]), left, s0);
            s1 = V.MultiplyAdd(V.Broadcast(a1[at]), left, s1);
            s2 = V.MultiplyAdd(V.Broadcast(a2[at]), left, s2);
            s3 = V.MultiplyAdd(V.Broadcast(a3[at]), left, s3);
            at += aStep;
            b += bStride;
        }

        s0.Store(c);
        s1.Store(c1);
        s2.Store(c2);
        s3.Store(c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByFour<V>(int depth, float* a, nint aStep, float* b, nint bStride, float* c, bool add)
        where V : struct, ILanes<V>
    {
        V s0 = default, s1 = default, s2 = default, s3 = default;
        if (add)
        {
            (s0, s1, s2, s3) = (V.Load(c), V.Load(c + V.Count), V.Load(c + (2 * V.Count)), V.Load(c + (3 * V.Count)));
        }

        nint at = 0;
        for (var k = 0; k < depth; k++)
        {
            var x = V.Broadcast(a[at]);
            s0 = V.MultiplyAdd(x, V.Load(b), s0);
            s1 = V.MultiplyAdd(x, V.Load(b + V.Count), s1);
            s2 = V.MultiplyAdd(x, V.Load(b + (2 * V.Count)), s2);
            s3 = V.MultiplyAdd(x, V.Load(b + (3 * V.Count)), s3);
            at += aStep;
            b += bStride;
        }

        s0.Store(c);
        s1.Store(c + V.Count);
        s2.Store(c + (2 * V.Count));
        s3.Store(c + (3 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByOne<V>(int depth, float* a, nint aStep, float* b, nint bStride, float* c, bool add)
        where V : struct, ILanes<V>
    {
        var sum = add ? V.Load(c) : default;
        nint at = 0;
        for (var k = 0; k < depth; k++)
        {
            sum = V.MultiplyAdd(V.Broadcast(a[at]), V.Load(b), sum);
            at += aStep;
            b += bStride;
        }

        sum.Store(c);
    }
}
