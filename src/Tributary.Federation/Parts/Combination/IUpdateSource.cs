using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>Updates that can be read tensor by tensor, in client-id order.</summary>
public interface IUpdateSource
{
    /// <summary>Number of updates.</summary>
    int Count { get; }

    /// <summary>Whether update <paramref name="index"/> holds a tensor in a section.</summary>
    bool Contains(int index, string section, TensorKey key);

    /// <summary>Which rows of a tensor update <paramref name="index"/> holds; null is all.</summary>
    RowMask? RowsOf(int index, string section, TensorKey key);

    /// <summary>Reads elements <paramref name="start"/> … of a tensor, as many as the destination holds; of one that is there in part, elements of one row that is there.</summary>
    void Read(int index, string section, TensorKey key, long start, Span<float> destination);
}
