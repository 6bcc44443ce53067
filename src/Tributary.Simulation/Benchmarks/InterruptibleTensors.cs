using Tributary.Learning.Models;

namespace Tributary.Simulation.Benchmarks;

/// <summary>Tensors of another source until somebody asks to stop: drawing those of a large model takes seconds.</summary>
internal sealed class InterruptibleTensors(ITensorSource source, CancellationToken cancel) : ITensorSource
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string>? Names => source.Names;

    /// <inheritdoc/>
    public int[]? Shape(string name) => source.Shape(name);

    /// <inheritdoc/>
    public void Read(string name, long start, Span<float> destination)
    {
        cancel.ThrowIfCancellationRequested();
        source.Read(name, start, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
