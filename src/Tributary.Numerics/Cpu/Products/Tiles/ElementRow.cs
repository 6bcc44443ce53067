using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Tiles;

/// <summary>
/// One row times a panel of numbers: the tile of one row, which waits for memory alone. What it reads is asked for in advance, because the processor's own prefetching stops
/// at the end of a page.
/// </summary>
internal readonly unsafe struct ElementRow<V, TElement> : IPanelRow
    where V : struct, ILanes<V>
    where TElement : struct, IPanelElement
{
    /// <summary>Bytes between what is read and what is asked for.</summary>
    private const int Ahead = 4096;

    private const int Line = 64;

    public static void Run(float* row, int depth, byte* panel, int width, float* sums)
    {
        if (width > 2 * V.Count)
        {
            Run<Three>(row, depth, panel, sums);
        }
        else if (width > V.Count)
        {
            Run<Two>(row, depth, panel, sums);
        }
        else
        {
            Run<One>(row, depth, panel, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TVectors>(float* row, int depth, byte* panel, float* sums)
        where TVectors : struct, ICount
    {
        nint vector = V.Count * TElement.Size, step = TVectors.Value * vector;
        V zero = V.Broadcast(0), c0 = zero, c1 = zero, c2 = zero;
        for (var end = row + depth; row < end; row++, panel += step)
        {
            Lane.Prefetch(panel + Ahead);
            if (step > Line)
            {
                Lane.Prefetch(panel + Ahead + Line);
            }

            if (step > 2 * Line)
            {
                Lane.Prefetch(panel + Ahead + (2 * Line));
            }

            var x = V.Broadcast(*row);
            c0 = V.MultiplyAdd(x, TElement.Load<V>(panel), c0);
            c1 = TVectors.Value > 1 ? V.MultiplyAdd(x, TElement.Load<V>(panel + vector), c1) : zero;
            c2 = TVectors.Value > 2 ? V.MultiplyAdd(x, TElement.Load<V>(panel + (2 * vector)), c2) : zero;
        }

        c0.Store(sums);
        if (TVectors.Value > 1)
        {
            c1.Store(sums + V.Count);
        }

        if (TVectors.Value > 2)
        {
            c2.Store(sums + (2 * V.Count));
        }
    }
}
