namespace Tributary.Numerics.Profiling;

/// <summary>
/// A backend that times every operation of another: the same buffers, the same bits. Only what composes it pays for the measurement, two readings of the clock for
/// each operation.
/// </summary>
public sealed partial class ProfiledBackend(IBackend inner, Profiler profiler) : IBackend
{
    /// <inheritdoc/>
    public string KernelSet => inner.KernelSet;

    /// <inheritdoc/>
    public int Threads => inner.Threads;

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long elements) => inner.Allocate(elements);

    /// <inheritdoc/>
    public void Upload(ReadOnlySpan<float> source, Matrix destination)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.Upload(source, destination);
    }

    /// <inheritdoc/>
    public void Read(Matrix source, Span<float> destination)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.Read(source, destination);
    }

    /// <inheritdoc/>
    public FrozenMatrix Freeze(ReadElements read, int outputs, int inputs, bool transposed, StorageType storage)
    {
        using var span = profiler.Measure(StepPart.Other);
        return inner.Freeze(read, outputs, inputs, transposed, storage);
    }

    /// <summary>Disposes the other.</summary>
    public void Dispose() => inner.Dispose();
}
