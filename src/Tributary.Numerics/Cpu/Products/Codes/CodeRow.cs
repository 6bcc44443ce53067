using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Tiles;

namespace Tributary.Numerics.Cpu.Products.Codes;

/// <summary>
/// One row times a panel of codes, which are decoded in registers and read once: the tile of one row without the block of floats. Its sums have the same bits: a level is
/// multiplied by its scale and rounded, then joins one chain of multiply-adds in ascending k.
/// </summary>
internal readonly unsafe struct CodeRow<V, TCodes> : IPanelRow
    where V : struct, ILanes<V>
    where TCodes : struct, IBlockCodes
{
    public static void Run(float* row, int depth, byte* panel, int width, float* sums)
    {
        if (width > 2 * V.Count)
        {
            Run<Three>(row, depth, panel, width, sums);
        }
        else if (width > V.Count)
        {
            Run<Two>(row, depth, panel, width, sums);
        }
        else
        {
            Run<One>(row, depth, panel, width, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TVectors>(float* row, int depth, byte* block, int width, float* sums)
        where TVectors : struct, ICount
    {
        // Nothing is called within the loops: the accumulators would then live in memory.
        var table = TCodes.Table;
        nint pairBytes = width * TCodes.PairBytes, blockBytes = width * CodeBlock<V, TCodes>.ColumnBytes;
        V zero = V.Broadcast(0), c0 = zero, c1 = zero, c2 = zero;
        for (; depth > 0; depth -= CodeBlock<V, TCodes>.Rows, block += blockBytes)
        {
            var scales = (float*)block;
            var s0 = V.Load(scales);
            var s1 = TVectors.Value > 1 ? V.Load(scales + V.Count) : zero;
            var s2 = TVectors.Value > 2 ? V.Load(scales + (2 * V.Count)) : zero;
            var codes = (byte*)(scales + width);
            var rows = depth < CodeBlock<V, TCodes>.Rows ? depth : CodeBlock<V, TCodes>.Rows;
            for (; rows > 1; rows -= 2, row += 2, codes += pairBytes)
            {
                V x0 = V.Broadcast(row[0]), x1 = V.Broadcast(row[1]);
                TCodes.Load<V>(codes, width, table, out var even, out var odd);
                c0 = V.MultiplyAdd(x1, odd * s0, V.MultiplyAdd(x0, even * s0, c0));
                if (TVectors.Value > 1)
                {
                    TCodes.Load(codes + V.Count, width, table, out even, out odd);
                    c1 = V.MultiplyAdd(x1, odd * s1, V.MultiplyAdd(x0, even * s1, c1));
                }

                if (TVectors.Value > 2)
                {
                    TCodes.Load(codes + (2 * V.Count), width, table, out even, out odd);
                    c2 = V.MultiplyAdd(x1, odd * s2, V.MultiplyAdd(x0, even * s2, c2));
                }
            }

            if (rows > 0)
            {
                var last = V.Broadcast(row[0]);
                TCodes.Load<V>(codes, width, table, out var even, out _);
                c0 = V.MultiplyAdd(last, even * s0, c0);
                if (TVectors.Value > 1)
                {
                    TCodes.Load(codes + V.Count, width, table, out even, out _);
                    c1 = V.MultiplyAdd(last, even * s1, c1);
                }

                if (TVectors.Value > 2)
                {
                    TCodes.Load(codes + (2 * V.Count), width, table, out even, out _);
                    c2 = V.MultiplyAdd(last, even * s2, c2);
                }
            }
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
