using Tributary.Learning.Models;

namespace Tributary.Learning.Tests.Models;

/// <summary>Weights in memory under names that a test chooses.</summary>
internal sealed class NamedTensors(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> tensors) : ITensorSource
{
    public IReadOnlyCollection<string> Names => [.. tensors.Keys];

    public int[] Shape(string name) => tensors[name].Shape;

    public void Read(string name, long start, Span<float> destination) => tensors[name].Values.AsSpan((int)start, destination.Length).CopyTo(destination);

    public void Dispose()
    {
    }

    public static Dictionary<string, (int[] Shape, float[] Values)> Of(LanguageModel model) =>
        model.Tensors.ToDictionary(t => t.Key.Name, t => (t.Shape, t.ReadValues()), StringComparer.Ordinal);
}
