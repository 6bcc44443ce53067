using Tributary.Learning.Safetensors;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Where base weights come from: a model folder, or generated values.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>Names of all tensors there; null when any name can be had.</summary>
    IReadOnlyCollection<string>? Names { get; }

    /// <summary>The tensor's shape; null when any shape can be had.</summary>
    int[]? Shape(string name);

    /// <summary>Reads elements <paramref name="start"/> … of a tensor, row-major, as many as <paramref name="destination"/> holds. Reads may run side by side.</summary>
    void Read(string name, long start, Span<float> destination);
}

/// <summary>The safetensors files of a model folder.</summary>
public sealed class FolderTensors(ModelWeights weights) : ITensorSource
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string>? Names => weights.Names;

    /// <inheritdoc/>
    /// <exception cref="InputException">Its numbers are not of a floating-point type.</exception>
    public int[]? Shape(string name)
    {
        var entry = weights.Entry(name);
        return ElementReader.IsFloat(entry.DType)
            ? entry.Shape
            : throw new InputException($"{weights.Folder}: tensor '{name}' is {entry.DType}; weights in F32, F16, BF16 or F64 can be read");
    }

    /// <inheritdoc/>
    public void Read(string name, long start, Span<float> destination) => weights.Read(name, start, destination);

    /// <inheritdoc/>
    public void Dispose() => weights.Dispose();
}
