using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>
/// One product, cut over panels or rows. Loops from outside in: block of k, block of rows, group of panels, tile of rows, panel (Goto and van de Geijn 2008). An element is the sum of its blocks of k
/// in order, whatever the other sizes are.
/// </summary>
internal readonly struct ProductJob<V, TPanels>(LeftOperand a, TPanels panels, TileFinish finish, ProductPlan plan) : IJob
    where V : struct, ILanes<V>
    where TPanels : struct, IPanels
{
    private readonly LeftOperand a = a;
    private readonly TPanels panels = panels;
    private readonly TileFinish finish = finish;

    public unsafe void Run(int part)
    {
        using var scratch = Scratch.Open();
        var (row, rowEnd, panel, panelEnd) = plan.Share<V>(part, a.Rows, panels.Layout.Count);
        var depth = Math.Min(a.Depth, ProductPlan.DepthBlock);
        var packs = ProductPlan.PacksLeft(a, panelEnd - panel);
        var rowBlock = ProductPlan.RowBlock<V>();
        var packed = packs ? scratch.Take((long)rowBlock * depth) : null;
        var group = ProductPlan.LargestGroup<V>();
        var k0 = 0;
        do
        {
            var k = Math.Min(ProductPlan.DepthBlock, a.Depth - k0);
            for (var r = row; r < rowEnd; r += rowBlock)
            {
                var rows = Math.Min(rowBlock, rowEnd - r);
                var left = new LeftOperand(a.At(r, k0), a.RowStep, a.KStep, rows, k);
                if (packs)
                {
                    a.Pack<V>(r, rows, k0, k, packed);
                    left = new LeftOperand(packed, k, TileShape<V>.Rows, rows, k);
                }

                for (var p = panel; p < panelEnd; p += group)
                {
                    PanelProduct<V, TPanels>.Run(left, panels, finish, r, p, Math.Min(p + group, panelEnd), k0, packs);
                }
            }

            k0 += k;
        }
        while (k0 < a.Depth);
    }
}
