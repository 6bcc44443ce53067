using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>Updates that can be read tensor by tensor, in client-id order.</summary>
public interface IUpdateSource
{
    /// <summary>Number of updates.</summary>
    int Count { get; }

    /// <summary>Whether update <paramref name="index"/> holds a tensor in a section, whole or in part.</summary>
    bool Contains(int index, string section, TensorKey key);

    /// <summary>Which part of a tensor update <paramref name="index"/> holds; null is all of it.</summary>
    TensorPart? PartOf(int index, string section, TensorKey key);

    /// <summary>Reads elements <paramref name="start"/> … of what update <paramref name="index"/> holds of a tensor, as many as the destination holds.</summary>
    void Read(int index, string section, TensorKey key, long start, Span<float> destination);
}
