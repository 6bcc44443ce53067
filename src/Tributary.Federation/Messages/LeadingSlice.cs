using Tributary.Learning.Adaptation;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>The first of an axis of tensors: what a client with a smaller adapter or a narrower model holds of a larger one.</summary>
public static class LeadingSlice
{
    /// <summary>The part of a tensor that a smaller one of the same key is; null when it is the whole.</summary>
    /// <exception cref="ArgumentException">The stored tensor is no such slice.</exception>
    public static TensorPart? PartOf(TensorKey key, int[] shape, int[] stored) => stored.AsSpan().SequenceEqual(shape)
        ? null
        : AxisOf(shape, stored) is { } axis
            ? TensorPart.Leading(shape, axis, stored[axis])
            : throw new ArgumentException($"tensor {key.WireName} of shape [{string.Join(", ", stored)}] is no slice of [{string.Join(", ", shape)}]");

    /// <summary>Whether a shape is that of a tensor with fewer of one axis, at least one; the whole is none.</summary>
    public static bool IsSlice(ReadOnlySpan<int> shape, ReadOnlySpan<int> stored) => AxisOf(shape, stored) is not null;

    /// <summary>Whether a shape is that of a matrix with fewer ranks, at least one.</summary>
    public static bool IsRankSlice(TensorKey key, ReadOnlySpan<int> shape, ReadOnlySpan<int> stored) =>
        RankAxis.Of(key) is { } axis && shape.Length == 2 && AxisOf(shape, stored) == axis;

    /// <summary>The shape with at most so many ranks.</summary>
    public static int[] Shape(TensorKey key, int[] shape, int rank) =>
        RankAxis.Of(key) is { } axis && shape.Length == 2 && shape[axis] > rank ? [.. shape.Select((size, i) => i == axis ? rank : size)] : shape;

    /// <summary>The tensors with at most so many ranks; null changes nothing.</summary>
    public static ParameterSet AtRank(this ParameterSet set, int? rank) =>
        rank is not { } most ? set : new(set.Select(tensor => tensor.Leading(Shape(tensor.Key, tensor.Shape, most))));

    /// <summary>The tensors with these smaller shapes, by the names under which they travel; null changes nothing.</summary>
    public static ParameterSet WithShapes(this ParameterSet set, IReadOnlyDictionary<string, int[]>? shapes) =>
        shapes is null ? set : new(set.Select(tensor => shapes.TryGetValue(tensor.Key.WireName, out var shape) ? tensor.Leading(shape) : tensor));

    // The one axis of which there is less.
    private static int? AxisOf(ReadOnlySpan<int> shape, ReadOnlySpan<int> stored)
    {
        int? found = null;
        for (var axis = 0; shape.Length == stored.Length && axis < shape.Length; axis++)
        {
            if (stored[axis] == shape[axis])
            {
                continue;
            }

            if (found is not null || stored[axis] < 1 || stored[axis] > shape[axis])
            {
                return null;
            }

            found = axis;
        }

        return found;
    }
}
