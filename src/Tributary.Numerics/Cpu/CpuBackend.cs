using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products;
using Tributary.Numerics.Cpu.Threads;
using Tributary.Numerics.Profiling;

namespace Tributary.Numerics.Cpu;

/// <summary>The fast backend: vector kernels over native memory and a fixed team of threads. Each family of operations has its own file and kernel classes.</summary>
public sealed unsafe partial class CpuBackend : IBackend
{
    private readonly ThreadTeam team;
    private readonly KernelSet kernels;

    /// <summary>Starts the threads (0: one for each core) with the given kernels, or the best this processor has; their work is added to <paramref name="busyTime"/> where there is one.</summary>
    public CpuBackend(int threads = 0, KernelSet? kernels = null, BusyTime? busyTime = null)
    {
        this.kernels = kernels ?? KernelSets.Best;
        if (this.kernels > KernelSets.Best)
        {
            throw new ArgumentException($"this processor has no {KernelSets.Name(this.kernels)} kernels", nameof(kernels));
        }

        team = new ThreadTeam(threads, busyTime);
        products = this.kernels switch
        {
            Cpu.KernelSet.Avx512 => new ProductKernels<Lanes512>(team),
            Cpu.KernelSet.Avx2 => new ProductKernels<Lanes256>(team),
            _ => new ProductKernels<Lanes128>(team),
        };
    }

    /// <inheritdoc/>
    public string KernelSet => products.UsesOneDnn ? KernelSets.Name(kernels) + KernelSets.OneDnn : KernelSets.Name(kernels);

    /// <inheritdoc/>
    public int Threads => team.Threads;

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long elements) => new CpuBuffer(elements);

    /// <inheritdoc/>
    public void Upload(ReadOnlySpan<float> source, Matrix destination)
    {
        Shapes.Host(destination, source.Length);
        var data = CpuBuffer.PointerTo(destination);
        for (var r = 0; r < destination.Rows; r++)
        {
            source.Slice(r * destination.Columns, destination.Columns).CopyTo(new Span<float>(data + ((long)r * destination.Stride), destination.Columns));
        }
    }

    /// <inheritdoc/>
    public void Read(Matrix source, Span<float> destination)
    {
        Shapes.Host(source, destination.Length);
        var data = CpuBuffer.PointerTo(source);
        for (var r = 0; r < source.Rows; r++)
        {
            new ReadOnlySpan<float>(data + ((long)r * source.Stride), source.Columns).CopyTo(destination.Slice(r * source.Columns, source.Columns));
        }
    }

    /// <summary>Stops the threads. Buffers and frozen matrices are disposed by their owners.</summary>
    public void Dispose() => team.Dispose();
}
