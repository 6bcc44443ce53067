using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>
/// One product whose parts are blocks of k of single panels, those of the first block of k first: whichever thread is free takes the next. A panel's blocks are joined in order,
/// so a part waits for the one before it of its panel, which has begun long since. Rows are not cut: a single panel keeps nothing of them in cache, and would be prepared again
/// for each cut.
/// </summary>
internal readonly unsafe struct BlockJob<V, TPanels>(LeftOperand a, TPanels panels, TileFinish finish, int* blocksDone) : IJob
    where V : struct, ILanes<V>
    where TPanels : struct, IPanels
{
    private readonly LeftOperand a = a;
    private readonly TPanels panels = panels;
    private readonly TileFinish finish = finish;
    private readonly int* blocksDone = blocksDone;

    /// <summary>Runs a product of a depth above 0.</summary>
    public static void Run(ThreadTeam team, LeftOperand a, TPanels panels, TileFinish finish)
    {
        using var scratch = Scratch.Open();
        var count = panels.Layout.Count;
        var done = (int*)scratch.Take(count);
        new Span<int>(done, count).Clear();
        team.RunInOrder(new BlockJob<V, TPanels>(a, panels, finish, done), checked(count * ((a.Depth + ProductPlan.DepthBlock - 1) / ProductPlan.DepthBlock)));
    }

    public void Run(int part)
    {
        var (number, panel) = Math.DivRem(part, panels.Layout.Count);
        for (var wait = default(SpinWait); Volatile.Read(ref blocksDone[panel]) < number;)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        try
        {
            Run(panel, number * ProductPlan.DepthBlock);
        }
        finally
        {
            Volatile.Write(ref blocksDone[panel], number + 1); // also when it failed: others wait for it
        }
    }

    private void Run(int panel, int k0)
    {
        using var scratch = Scratch.Open();
        var k = Math.Min(ProductPlan.DepthBlock, a.Depth - k0);
        var tile = scratch.Take((long)TileShape<V>.Rows * TileShape<V>.Columns);
        var block = scratch.Take(panels.ScratchFloats(k));
        PanelProduct<V, TPanels>.Run(new LeftOperand(a.At(0, k0), a.RowStep, a.KStep, a.Rows, k), panels, finish, 0, panel, k0, packed: false, block, tile);
    }
}
