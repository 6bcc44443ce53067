using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Bench.Gemm;

/// <summary>
/// Panels of three 512-bit vectors and a tile of 8 × 3: 11 loads for 24 multiply-adds, and all 32 registers in use. Needs m to be a multiple of 8 and n of 48. What
/// the library adds to it: edges, blocks of k and of rows, threads.
/// </summary>
public sealed unsafe class Gemm6WideTile : IGemmVariant
{
    private const int Width = 16, Columns = 3 * Width, Rows = 8;

    public void Multiply(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        var panel = new float[k * Columns];
        fixed (float* pa = a, pc = c, pp = panel)
        {
            for (var j = 0; j < n; j += Columns)
            {
                for (var l = 0; l < k; l++)
                {
                    b.AsSpan((l * n) + j, Columns).CopyTo(panel.AsSpan(l * Columns));
                }

                for (var i = 0; i < m; i += Rows)
                {
                    Tile(pa + (i * k), k, pp, pc + (i * n) + j, n);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* a, int k, float* b, float* c, int n)
    {
        float* a1 = a + k, a2 = a1 + k, a3 = a2 + k, a4 = a3 + k, a5 = a4 + k, a6 = a5 + k, a7 = a6 + k;
        Vector512<float> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default, c20 = default, c21 = default, c22 = default;
        Vector512<float> c30 = default, c31 = default, c32 = default, c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        Vector512<float> c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;
        for (nint l = 0; l < k; l++, b += Columns)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Width), b2 = Vector512.Load(b + (2 * Width));
            Row(a[l], b0, b1, b2, ref c00, ref c01, ref c02);
            Row(a1[l], b0, b1, b2, ref c10, ref c11, ref c12);
            Row(a2[l], b0, b1, b2, ref c20, ref c21, ref c22);
            Row(a3[l], b0, b1, b2, ref c30, ref c31, ref c32);
            Row(a4[l], b0, b1, b2, ref c40, ref c41, ref c42);
            Row(a5[l], b0, b1, b2, ref c50, ref c51, ref c52);
            Row(a6[l], b0, b1, b2, ref c60, ref c61, ref c62);
            Row(a7[l], b0, b1, b2, ref c70, ref c71, ref c72);
        }

        Store(c, c00, c01, c02);
        Store(c + n, c10, c11, c12);
        Store(c + (2 * n), c20, c21, c22);
        Store(c + (3 * n), c30, c31, c32);
        Store(c + (4 * n), c40, c41, c42);
        Store(c + (5 * n), c50, c51, c52);
        Store(c + (6 * n), c60, c61, c62);
        Store(c + (7 * n), c70, c71, c72);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(float a, Vector512<float> b0, Vector512<float> b1, Vector512<float> b2, ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2)
    {
        var x = Vector512.Create(a);
        c0 = Vector512.FusedMultiplyAdd(x, b0, c0);
        c1 = Vector512.FusedMultiplyAdd(x, b1, c1);
        c2 = Vector512.FusedMultiplyAdd(x, b2, c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> c0, Vector512<float> c1, Vector512<float> c2)
    {
        c0.Store(c);
        c1.Store(c + Width);
        c2.Store(c + (2 * Width));
    }
}
