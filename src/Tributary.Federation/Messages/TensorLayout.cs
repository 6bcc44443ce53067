using System.Diagnostics.CodeAnalysis;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>Named tensors and their shapes, in key order: known to both ends, so that nothing else is taken from a message.</summary>
public sealed class TensorLayout
{
    private readonly Dictionary<string, int> byWireName;

    /// <summary>A layout of these tensors.</summary>
    /// <exception cref="ArgumentException">Two tensors travel under the same name.</exception>
    public TensorLayout(IEnumerable<(TensorKey Key, int[] Shape)> tensors)
    {
        Tensors = [.. tensors.OrderBy(tensor => tensor.Key)];
        byWireName = Tensors.Select((tensor, index) => (tensor.Key.WireName, index)).ToDictionary(pair => pair.WireName, pair => pair.index, StringComparer.Ordinal);
    }

    /// <summary>The layout of a set of tensors.</summary>
    public static TensorLayout Of(ParameterSet set) => new(set.Select(tensor => (tensor.Key, tensor.Shape)));

    /// <summary>The tensors in key order.</summary>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>Hidden units of the model that some of these tensors count, and that may stand in any order; a layout of a part of the tensors has none.</summary>
    public IReadOnlyList<UnitSpace> Units { get; init; } = [];

    /// <summary>Number of values in all tensors.</summary>
    public long Elements => Tensors.Sum(tensor => (long)HostTensor.Count(tensor.Shape));

    /// <summary>The tensor that travels under a name.</summary>
    public bool TryFind(string wireName, out TensorKey key, [NotNullWhen(true)] out int[]? shape)
    {
        (key, shape) = byWireName.TryGetValue(wireName, out var index) ? Tensors[index] : (default, null);
        return shape is not null;
    }

    /// <summary>The same tensors with at most so many ranks.</summary>
    public TensorLayout AtRank(int? rank) => rank is not { } most ? this : new(Tensors.Select(tensor => (tensor.Key, LeadingSlice.Shape(tensor.Key, tensor.Shape, most))));

    /// <summary>The same tensors with these smaller shapes, by the names under which they travel; null changes nothing.</summary>
    public TensorLayout WithShapes(IReadOnlyDictionary<string, int[]>? shapes) =>
        shapes is null ? this : new(Tensors.Select(tensor => (tensor.Key, shapes.GetValueOrDefault(tensor.Key.WireName) ?? tensor.Shape)));
}
