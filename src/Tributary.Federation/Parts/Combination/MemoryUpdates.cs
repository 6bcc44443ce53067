using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>Updates in memory.</summary>
public sealed class MemoryUpdates(IReadOnlyList<MessageBody> bodies) : IUpdateSource
{
    /// <inheritdoc/>
    public int Count => bodies.Count;

    /// <inheritdoc/>
    public bool Contains(int index, string section, TensorKey key) => bodies[index].Section(section).TryGet(key, out _);

    /// <inheritdoc/>
    public RowMask? RowsOf(int index, string section, TensorKey key) => section == MessageBody.Parameters ? bodies[index].Rows.GetValueOrDefault(key) : null;

    /// <inheritdoc/>
    public void Read(int index, string section, TensorKey key, long start, Span<float> destination)
    {
        bodies[index].Section(section).TryGet(key, out var tensor);
        tensor!.Values.AsSpan(checked((int)start), destination.Length).CopyTo(destination);
    }
}
