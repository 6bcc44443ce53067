using System.Numerics.Tensors;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>Sums and differences of sets of tensors on the host, matched by key.</summary>
internal static class ParameterArithmetic
{
    /// <summary>a − b for every tensor of <paramref name="a"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="b"/> lacks a tensor.</exception>
    public static ParameterSet Minus(this ParameterSet a, ParameterSet b) => new(a.Select(tensor =>
    {
        var difference = new float[tensor.Values.Length];
        TensorPrimitives.Subtract(tensor.Values, b.Matching(tensor).Values, difference);
        return tensor with { Values = difference };
    }));

    /// <summary>a + b for every tensor of <paramref name="a"/>; those that <paramref name="b"/> lacks stay.</summary>
    public static ParameterSet Plus(this ParameterSet a, ParameterSet b) => new(a.Select(tensor =>
    {
        if (!b.TryGet(tensor.Key, out var other))
        {
            return tensor;
        }

        var sum = new float[tensor.Values.Length];
        TensorPrimitives.Add(tensor.Values, other.Values, sum);
        return tensor with { Values = sum };
    }));

    /// <summary>The tensors of both; where both have one, that of <paramref name="after"/>.</summary>
    public static ParameterSet MergedWith(this ParameterSet before, ParameterSet after) =>
        new(after.Concat(before.Where(tensor => !after.TryGet(tensor.Key, out _))));

    /// <summary>The tensors of <paramref name="before"/>, those that <paramref name="after"/> has too taken from there.</summary>
    public static ParameterSet ReplacedBy(this ParameterSet before, ParameterSet after) =>
        new(before.Select(tensor => after.TryGet(tensor.Key, out var other) ? other : tensor));

    /// <summary>The tensor of this set with the same key.</summary>
    /// <exception cref="ArgumentException">There is none of that key and length.</exception>
    public static HostTensor Matching(this ParameterSet set, HostTensor tensor) =>
        set.TryGet(tensor.Key, out var found) && found.Values.Length == tensor.Values.Length
            ? found
            : throw new ArgumentException($"tensor {tensor.Key.WireName} has no counterpart of the same length");

    /// <summary>True when every value is finite.</summary>
    public static bool AllFinite(this ParameterSet set) => set.All(tensor => TensorPrimitives.IsFiniteAll<float>(tensor.Values));
}
