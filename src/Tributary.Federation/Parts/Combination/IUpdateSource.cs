using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>Updates that can be read tensor by tensor, in client-id order.</summary>
public interface IUpdateSource
{
    /// <summary>Number of updates.</summary>
    int Count { get; }

    /// <summary>Whether update <paramref name="index"/> holds a tensor in a section.</summary>
    bool Contains(int index, string section, TensorKey key);

    /// <summary>Reads elements <paramref name="start"/> … of a tensor, as many as the destination holds.</summary>
    void Read(int index, string section, TensorKey key, long start, Span<float> destination);
}
