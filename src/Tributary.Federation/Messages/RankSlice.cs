using Tributary.Learning.Adaptation;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>The first ranks of tensors: what a client with a smaller adapter holds of a larger one.</summary>
public static class RankSlice
{
    /// <summary>The part of a tensor that a smaller one of the same key is; null when it is the whole.</summary>
    /// <exception cref="ArgumentException">The stored tensor is no such slice.</exception>
    public static TensorPart? PartOf(TensorKey key, int[] shape, int[] stored) => stored.AsSpan().SequenceEqual(shape)
        ? null
        : IsSlice(key, shape, stored)
            ? TensorPart.Leading(shape, RankAxis.Of(key)!.Value, stored[RankAxis.Of(key)!.Value])
            : throw new ArgumentException($"tensor {key.WireName} of shape [{string.Join(", ", stored)}] is no slice of [{string.Join(", ", shape)}]");

    /// <summary>Whether a shape is that of a matrix with fewer ranks, at least one.</summary>
    public static bool IsSlice(TensorKey key, ReadOnlySpan<int> shape, ReadOnlySpan<int> stored) =>
        RankAxis.Of(key) is { } axis && shape.Length == 2 && stored.Length == 2 && stored[1 - axis] == shape[1 - axis] && stored[axis] >= 1 && stored[axis] <= shape[axis];

    /// <summary>The shape with at most so many ranks.</summary>
    public static int[] Shape(TensorKey key, int[] shape, int rank) =>
        RankAxis.Of(key) is { } axis && shape.Length == 2 && shape[axis] > rank ? [.. shape.Select((size, i) => i == axis ? rank : size)] : shape;

    /// <summary>The tensors with at most so many ranks; null changes nothing.</summary>
    public static ParameterSet AtRank(this ParameterSet set, int? rank) => rank is not { } most ? set : new(set.Select(tensor =>
    {
        var shape = Shape(tensor.Key, tensor.Shape, most);
        return ReferenceEquals(shape, tensor.Shape) ? tensor : new HostTensor(tensor.Key, shape, PartOf(tensor.Key, tensor.Shape, shape)!.Pack(tensor.Values));
    }));
}
