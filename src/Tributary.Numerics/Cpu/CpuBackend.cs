using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu;

/// <summary>The fast backend: vector kernels over native memory and a fixed team of threads. Each family of operations has its own file and kernel classes.</summary>
public sealed unsafe partial class CpuBackend : IBackend
{
    private readonly ThreadTeam team;
    private readonly KernelSet kernels;

    /// <summary>Starts the threads (0: one for each core) with the given kernels, or the best this processor has.</summary>
    public CpuBackend(int threads = 0, KernelSet? kernels = null)
    {
        team = new ThreadTeam(threads);
        this.kernels = kernels ?? KernelSets.Best;
    }

    /// <inheritdoc cref="IBackend.KernelSet"/>
    public string KernelSet => KernelSets.Name(kernels);

    /// <inheritdoc cref="IBackend.Threads"/>
    public int Threads => team.Threads;

    /// <inheritdoc cref="IBackend.Allocate"/>
    public DeviceBuffer Allocate(long elements) => new CpuBuffer(elements);

    /// <inheritdoc cref="IBackend.Upload"/>
    public void Upload(ReadOnlySpan<float> source, Matrix destination)
    {
        Require(source.Length == destination.Count, "values and matrix", source.Length, destination.Count);
        var data = CpuBuffer.PointerTo(destination);
        for (var r = 0; r < destination.Rows; r++)
        {
            source.Slice(r * destination.Columns, destination.Columns).CopyTo(new Span<float>(data + ((long)r * destination.Stride), destination.Columns));
        }
    }

    /// <inheritdoc cref="IBackend.Read"/>
    public void Read(Matrix source, Span<float> destination)
    {
        Require(source.Count == destination.Length, "matrix and values", source.Count, destination.Length);
        var data = CpuBuffer.PointerTo(source);
        for (var r = 0; r < source.Rows; r++)
        {
            new ReadOnlySpan<float>(data + ((long)r * source.Stride), source.Columns).CopyTo(destination.Slice(r * source.Columns, source.Columns));
        }
    }

    /// <summary>Stops the threads. Buffers and frozen matrices are disposed by their owners.</summary>
    public void Dispose() => team.Dispose();

    private static void Require(bool holds, string what, long left, long right)
    {
        if (!holds)
        {
            throw new ArgumentException($"{what} do not match: {left} and {right}");
        }
    }
}
