using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>What each <see cref="Capacity"/> lets a client send, in one place.</summary>
public static class CapacityRules
{
    /// <summary>Whether all clients send equally much.</summary>
    public static bool IsUniform(Capacity capacity) => capacity is Capacity.Uniform;

    /// <summary>The rows of these tensors that a client sends; a tensor that is not named is sent whole.</summary>
    /// <exception cref="Numerics.InputException">A row is not one of its tensor's.</exception>
    public static IReadOnlyDictionary<TensorKey, RowMask> RowsOf(Capacity capacity, string client, ParameterSet tensors) =>
        capacity is Capacity.Rows rows && rows.ByClient.TryGetValue(client, out var sent)
            ? tensors.Where(tensor => tensor.Key.Role == rows.Role && tensor.Shape.Length > 1).ToDictionary(tensor => tensor.Key, tensor => RowMask.Of(tensor.Shape[0], sent))
            : new Dictionary<TensorKey, RowMask>();
}
