using Tributary.Learning.Tensors;

namespace Tributary.Learning.Models;

/// <summary>Tensors in host memory as the weights of a model: a merged one, for example.</summary>
public sealed class MemoryTensors(ParameterSet tensors) : ITensorSource
{
    private readonly Dictionary<string, HostTensor> byName = tensors.ToDictionary(t => t.Key.Name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => byName.Keys;

    /// <inheritdoc/>
    public int[] Shape(string name) => byName[name].Shape;

    /// <inheritdoc/>
    public void Read(string name, long start, Span<float> destination) => byName[name].Values.AsSpan((int)start, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Host memory needs no release.
    }
}
