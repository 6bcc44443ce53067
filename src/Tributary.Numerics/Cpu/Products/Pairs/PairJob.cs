using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;
using Tributary.Numerics.OneDnn;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>
/// One product in bfloat16, cut over panels or rows. Loops from outside in: block of k, block of rows (rounded to bfloat16 there), panel, tile. An element is one chain for
/// each block of k, joined in order, whatever the other sizes are.
/// </summary>
internal readonly struct PairJob<V, TPanels>(PairTiles tiles, LeftOperand a, TPanels panels, TileFinish finish, ProductPlan plan) : IJob
    where V : struct, ILanes<V>
    where TPanels : struct, IPairPanels
{
    private readonly LeftOperand a = a;
    private readonly TPanels panels = panels;
    private readonly TileFinish finish = finish;

    public unsafe void Run(int part)
    {
        using var scratch = Scratch.Open();
        var (row, rowEnd, panel, panelEnd) = plan.Share<V>(part, a.Rows, panels.Layout.Count);
        var rowBlock = Math.Min(PairJob.RowBlock, rowEnd - row);
        var depth = Math.Min(PairTiles.LargestDepth, PairJob.Padded(a.Depth));
        var left = (ushort*)scratch.Take((long)rowBlock * depth / 2);
        var block = (ushort*)scratch.Take((long)panels.Layout.PanelWidth * depth / 2);
        var sums = scratch.Take((long)PairTiles.LargestRows * panels.Layout.PanelWidth);
        for (var k0 = 0; k0 < a.Depth; k0 += depth)
        {
            var k = Math.Min(depth, a.Depth - k0);
            for (var r = row; r < rowEnd; r += rowBlock)
            {
                var rows = Math.Min(rowBlock, rowEnd - r);
                Round(r, rows, k0, k, left);
                for (var p = panel; p < panelEnd; p++)
                {
                    RunPanel(left, r, rows, p, panels.Block(p, k0, k, block), PairJob.Padded(k), k0 == 0, sums);
                }
            }
        }
    }

    private unsafe void RunPanel(ushort* left, int row, int rows, int panel, ushort* right, int depth, bool first, float* sums)
    {
        var layout = panels.Layout;
        var width = layout.Width(panel);
        for (int done = 0, height; done < rows; done += height)
        {
            height = PairTiles.RowsFor(rows - done);
            tiles.Run(height, width, depth, left + ((nint)done * depth), right, sums);
            finish.Join<V>(sums, width, row + done, height, panel * layout.PanelWidth, layout.Valid(panel), first);
        }
    }

    // Rows of the block without gaps, filled up with zeros to whole steps of depth.
    private unsafe void Round(int row, int rows, int k0, int k, ushort* target)
    {
        var padded = PairJob.Padded(k);
        for (var r = 0; r < rows; r++, target += padded)
        {
            BFloat16.FromSingle(new ReadOnlySpan<float>(a.At(row + r, k0), k), new Span<ushort>(target, k));
            new Span<ushort>(target + k, padded - k).Clear();
        }
    }
}

/// <summary>Sizes that all products in bfloat16 share.</summary>
internal static class PairJob
{
    /// <summary>Rows that are rounded at a time: enough to pay for a transposed panel, few enough to stay in the second-level cache.</summary>
    public const int RowBlock = 512;

    /// <summary>A depth filled up to whole steps.</summary>
    public static int Padded(int depth) => (depth + PairTiles.DepthStep - 1) / PairTiles.DepthStep * PairTiles.DepthStep;
}
