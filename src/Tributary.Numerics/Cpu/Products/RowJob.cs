using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>
/// x · Wᵀ of a single row, cut over panels: each thread reads its part of the weight once, from front to back. Blocks of k are joined as
/// <see cref="ProductJob{V, TPanels}"/> joins them.
/// </summary>
internal readonly struct RowJob<V, TRow>(LeftOperand x, CpuFrozenMatrix weight, TileFinish finish, ProductPlan plan) : IJob
    where V : struct, ILanes<V>
    where TRow : struct, IPanelRow
{
    private readonly LeftOperand x = x;
    private readonly TileFinish finish = finish;

    public unsafe void Run(int part)
    {
        using var scratch = Scratch.Open();
        var sums = scratch.Take(TileShape<V>.Columns);
        var layout = weight.Layout;
        var (_, _, panel, end) = plan.Share<V>(part, 1, layout.Count);
        for (; panel < end; panel++)
        {
            for (var k0 = 0; k0 < x.Depth; k0 += ProductPlan.DepthBlock)
            {
                TRow.Run(x.At(0, k0), Math.Min(ProductPlan.DepthBlock, x.Depth - k0), weight.At(panel, k0), layout.Width(panel), sums);
                finish.Join<V>(sums, layout.Width(panel), 0, 1, panel * layout.PanelWidth, layout.Valid(panel), k0 == 0);
            }
        }
    }
}
