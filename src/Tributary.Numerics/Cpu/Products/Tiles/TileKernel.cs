using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Tiles;

/// <summary>
/// The register tile: TRows × (TVectors · width) sums of products over k, each one chain of multiply-adds in ascending k. One named local for each accumulator,
/// because the compiler keeps those in registers; rows and vectors the shape does not have are compiled away.
/// </summary>
internal static unsafe class TileKernel<V, TRows, TVectors, TElement>
    where V : struct, ILanes<V>
    where TRows : struct, ICount
    where TVectors : struct, ICount
    where TElement : struct, IPanelElement
{
    /// <summary>Rows from <see cref="TileInput.Rows"/> on repeat the last one, so that nothing outside a is read; their sums are written all the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TileInput from, in TileOutput to)
    {
        var last = from.Rows - 1;
        var (kStep, bStep) = (from.KStep, from.BStep * TElement.Size);
        var a = from.A;
        var b = from.B;
        var a1 = a + (Math.Min(1, last) * from.AStep);
        var a2 = a + (Math.Min(2, last) * from.AStep);
        var a3 = a + (Math.Min(3, last) * from.AStep);
        var a4 = a + (Math.Min(4, last) * from.AStep);
        var a5 = a + (Math.Min(5, last) * from.AStep);
        var a6 = a + (Math.Min(6, last) * from.AStep);
        var a7 = a + (Math.Min(7, last) * from.AStep);
        var width = V.Count;
        var zero = V.Broadcast(0);
        V c00 = zero, c01 = zero, c02 = zero, c10 = zero, c11 = zero, c12 = zero, c20 = zero, c21 = zero, c22 = zero, c30 = zero, c31 = zero, c32 = zero;
        V c40 = zero, c41 = zero, c42 = zero, c50 = zero, c51 = zero, c52 = zero, c60 = zero, c61 = zero, c62 = zero, c70 = zero, c71 = zero, c72 = zero;
        nint i = 0;
        for (var k = from.Depth; k > 0; k--)
        {
            var b0 = TElement.Load<V>(b);
            var b1 = TVectors.Value > 1 ? TElement.Load<V>(b + (width * TElement.Size)) : zero;
            var b2 = TVectors.Value > 2 ? TElement.Load<V>(b + (2 * width * TElement.Size)) : zero;

            var x0 = V.Broadcast(a[i]);
            c00 = V.MultiplyAdd(x0, b0, c00);
            c01 = TVectors.Value > 1 ? V.MultiplyAdd(x0, b1, c01) : zero;
            c02 = TVectors.Value > 2 ? V.MultiplyAdd(x0, b2, c02) : zero;
            if (TRows.Value > 1)
            {
                var x1 = V.Broadcast(a1[i]);
                c10 = V.MultiplyAdd(x1, b0, c10);
                c11 = TVectors.Value > 1 ? V.MultiplyAdd(x1, b1, c11) : zero;
                c12 = TVectors.Value > 2 ? V.MultiplyAdd(x1, b2, c12) : zero;
            }

            if (TRows.Value > 2)
            {
                var x2 = V.Broadcast(a2[i]);
                c20 = V.MultiplyAdd(x2, b0, c20);
                c21 = TVectors.Value > 1 ? V.MultiplyAdd(x2, b1, c21) : zero;
                c22 = TVectors.Value > 2 ? V.MultiplyAdd(x2, b2, c22) : zero;
                var x3 = V.Broadcast(a3[i]);
                c30 = V.MultiplyAdd(x3, b0, c30);
                c31 = TVectors.Value > 1 ? V.MultiplyAdd(x3, b1, c31) : zero;
                c32 = TVectors.Value > 2 ? V.MultiplyAdd(x3, b2, c32) : zero;
            }

            if (TRows.Value > 4)
            {
                var x4 = V.Broadcast(a4[i]);
                c40 = V.MultiplyAdd(x4, b0, c40);
                c41 = TVectors.Value > 1 ? V.MultiplyAdd(x4, b1, c41) : zero;
                c42 = TVectors.Value > 2 ? V.MultiplyAdd(x4, b2, c42) : zero;
                var x5 = V.Broadcast(a5[i]);
                c50 = V.MultiplyAdd(x5, b0, c50);
                c51 = TVectors.Value > 1 ? V.MultiplyAdd(x5, b1, c51) : zero;
                c52 = TVectors.Value > 2 ? V.MultiplyAdd(x5, b2, c52) : zero;
            }

            if (TRows.Value > 6)
            {
                var x6 = V.Broadcast(a6[i]);
                c60 = V.MultiplyAdd(x6, b0, c60);
                c61 = TVectors.Value > 1 ? V.MultiplyAdd(x6, b1, c61) : zero;
                c62 = TVectors.Value > 2 ? V.MultiplyAdd(x6, b2, c62) : zero;
                var x7 = V.Broadcast(a7[i]);
                c70 = V.MultiplyAdd(x7, b0, c70);
                c71 = TVectors.Value > 1 ? V.MultiplyAdd(x7, b1, c71) : zero;
                c72 = TVectors.Value > 2 ? V.MultiplyAdd(x7, b2, c72) : zero;
            }

            i += kStep;
            b += bStep;
        }

        var c = to.C;
        var step = to.Step;
        var scale = V.Broadcast(to.Alpha);
        if (to.Beta == 0)
        {
            StoreRow(c, c00, c01, c02, scale);

            if (TRows.Value > 1)
            {
                StoreRow(c + step, c10, c11, c12, scale);
            }

            if (TRows.Value > 2)
            {
                StoreRow(c + (2 * step), c20, c21, c22, scale);
                StoreRow(c + (3 * step), c30, c31, c32, scale);
            }

            if (TRows.Value > 4)
            {
                StoreRow(c + (4 * step), c40, c41, c42, scale);
                StoreRow(c + (5 * step), c50, c51, c52, scale);
            }

            if (TRows.Value > 6)
            {
                StoreRow(c + (6 * step), c60, c61, c62, scale);
                StoreRow(c + (7 * step), c70, c71, c72, scale);
            }
            return;
        }

        var beta = V.Broadcast(to.Beta);
        AddRow(c, c00, c01, c02, scale, beta);

        if (TRows.Value > 1)
        {
            AddRow(c + step, c10, c11, c12, scale, beta);
        }

        if (TRows.Value > 2)
        {
            AddRow(c + (2 * step), c20, c21, c22, scale, beta);
            AddRow(c + (3 * step), c30, c31, c32, scale, beta);
        }

        if (TRows.Value > 4)
        {
            AddRow(c + (4 * step), c40, c41, c42, scale, beta);
            AddRow(c + (5 * step), c50, c51, c52, scale, beta);
        }

        if (TRows.Value > 6)
        {
            AddRow(c + (6 * step), c60, c61, c62, scale, beta);
            AddRow(c + (7 * step), c70, c71, c72, scale, beta);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(float* row, V c0, V c1, V c2, V scale)
    {
        (c0 * scale).Store(row);
        if (TVectors.Value > 1)
        {
            (c1 * scale).Store(row + V.Count);
        }

        if (TVectors.Value > 2)
        {
            (c2 * scale).Store(row + (2 * V.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* row, V c0, V c1, V c2, V scale, V beta)
    {
        V.MultiplyAdd(V.Load(row), beta, c0 * scale).Store(row);
        if (TVectors.Value > 1)
        {
            V.MultiplyAdd(V.Load(row + V.Count), beta, c1 * scale).Store(row + V.Count);
        }

        if (TVectors.Value > 2)
        {
            V.MultiplyAdd(V.Load(row + (2 * V.Count)), beta, c2 * scale).Store(row + (2 * V.Count));
        }
    }
}
