using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>
/// One product whose parts are blocks of k of small groups of panels, those of the first block of k first: whichever thread is free takes the next. A group's blocks are joined in
/// order, so a part waits for the one before it of its group, which has begun long since. Rows are not cut: a group keeps nothing of them in cache, and would be prepared again
/// for each cut.
/// </summary>
internal readonly unsafe struct BlockJob<V, TPanels>(LeftOperand a, TPanels panels, TileFinish finish, int group, int* blocksDone) : IJob
    where V : struct, ILanes<V>
    where TPanels : struct, IPanels
{
    private readonly LeftOperand a = a;
    private readonly TPanels panels = panels;
    private readonly TileFinish finish = finish;
    private readonly int group = group;
    private readonly int* blocksDone = blocksDone;

    private int Groups => (panels.Layout.Count + group - 1) / group;

    /// <summary>Runs a product of a depth above 0 in groups of the given number of panels.</summary>
    public static void Run(ThreadTeam team, LeftOperand a, TPanels panels, TileFinish finish, int group)
    {
        using var scratch = Scratch.Open();
        var room = panels.Layout.Count;
        var done = (int*)scratch.Take(room);
        new Span<int>(done, room).Clear();
        var job = new BlockJob<V, TPanels>(a, panels, finish, group, done);
        team.RunInOrder(job, checked(job.Groups * ProductPlan.DepthBlocks(a.Depth)));
    }

    public void Run(int part)
    {
        var (number, index) = Math.DivRem(part, Groups);
        for (var wait = default(SpinWait); Volatile.Read(ref blocksDone[index]) < number;)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        try
        {
            Run(index * group, number * ProductPlan.DepthBlock);
        }
        finally
        {
            Volatile.Write(ref blocksDone[index], number + 1); // also when it failed: others wait for it
        }
    }

    private void Run(int panel, int k0)
    {
        var left = new LeftOperand(a.At(0, k0), a.RowStep, a.KStep, a.Rows, Math.Min(ProductPlan.DepthBlock, a.Depth - k0));
        PanelProduct<V, TPanels>.Run(left, panels, finish, 0, panel, Math.Min(panel + group, panels.Layout.Count), k0, packed: false);
    }
}
