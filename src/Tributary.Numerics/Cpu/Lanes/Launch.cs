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
        var parts = Parts(team, items, work);
        Shares(team, kernels, kernel, new EvenShares(items, parts), parts);
    }

    /// <summary>How many parts <see cref="Items"/> would make.</summary>
    public static int Parts(ThreadTeam team, int items, long work) => Math.Min(team.Parts(work, Grain), items);

    /// <summary>Runs all items in the given parts.</summary>
    public static void Shares<TKernel, TShares>(ThreadTeam team, KernelSet kernels, TKernel kernel, TShares shares, int parts)
        where TKernel : struct, IKernel
        where TShares : struct, IShares
    {
        switch (kernels)
        {
            case KernelSet.Avx512:
                team.Run(new Job<TKernel, TShares, Lanes512>(kernel, shares), parts);
                break;
            case KernelSet.Avx2:
                team.Run(new Job<TKernel, TShares, Lanes256>(kernel, shares), parts);
                break;
            default:
                team.Run(new Job<TKernel, TShares, Lanes128>(kernel, shares), parts);
                break;
        }
    }

    /// <summary>Runs an elementwise kernel over a matrix of this shape; <paramref name="cost"/> is that of an element.</summary>
    public static void Elements<TKernel>(ThreadTeam team, KernelSet kernels, TKernel kernel, int rows, int columns, int cost = 1)
        where TKernel : struct, IElementKernel =>
        Items(team, kernels, new Blocks<TKernel>(kernel, columns), checked((int)Blocks<TKernel>.Count(rows, columns)), (long)rows * columns * cost);

    private readonly struct Job<TKernel, TShares, V>(TKernel kernel, TShares shares) : IJob
        where TKernel : struct, IKernel
        where TShares : struct, IShares
        where V : struct, ILanes<V>
    {
        private readonly TKernel kernel = kernel;
        private readonly TShares shares = shares;

        public void Run(int part) => kernel.Run<V>(shares.Begin(part), shares.Begin(part + 1));
    }
}
