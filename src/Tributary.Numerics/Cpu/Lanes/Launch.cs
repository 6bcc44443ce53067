using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>Runs a kernel at the width of a kernel set, over as many threads as its work is worth.</summary>
internal static class Launch
{
    /// <summary>Elements below which a thread costs more than it saves.</summary>
    private const int Grain = 16 << 10;

    /// <summary>Runs all items; <paramref name="work"/> is their cost in elements of a simple kernel.</summary>
    public static void Items<TKernel>(ThreadTeam team, KernelSet kernels, TKernel kernel, int items, long work)
        where TKernel : struct, IKernel
    {
        var parts = Math.Min(team.Parts(work, Grain), items);
        switch (kernels)
        {
            case KernelSet.Avx512:
                team.Run(new Job<TKernel, Lanes512>(kernel, items, parts), parts);
                break;
            case KernelSet.Avx2:
                team.Run(new Job<TKernel, Lanes256>(kernel, items, parts), parts);
                break;
            default:
                team.Run(new Job<TKernel, Lanes128>(kernel, items, parts), parts);
                break;
        }
    }

    /// <summary>Runs an elementwise kernel over a matrix of this shape; <paramref name="cost"/> is that of an element.</summary>
    public static void Elements<TKernel>(ThreadTeam team, KernelSet kernels, TKernel kernel, int rows, int columns, int cost = 1)
        where TKernel : struct, IElementKernel =>
        Items(team, kernels, new Blocks<TKernel>(kernel, columns), checked((int)Blocks<TKernel>.Count(rows, columns)), (long)rows * columns * cost);

    private readonly struct Job<TKernel, V>(TKernel kernel, int items, int parts) : IJob
        where TKernel : struct, IKernel
        where V : struct, ILanes<V>
    {
        private readonly TKernel kernel = kernel;

        public void Run(int part) => kernel.Run<V>(ThreadTeam.Begin(items, parts, part), ThreadTeam.Begin(items, parts, part + 1));
    }
}
