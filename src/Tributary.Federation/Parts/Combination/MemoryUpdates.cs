using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>Updates in memory, of tensors that have these shapes where they are whole.</summary>
public sealed class MemoryUpdates(IReadOnlyList<MessageBody> bodies, TensorLayout layout) : IUpdateSource
{
    /// <inheritdoc/>
    public int Count => bodies.Count;

    /// <inheritdoc/>
    public bool Contains(int index, string section, TensorKey key) => bodies[index].Section(section).TryGet(key, out _);

    /// <inheritdoc/>
    public TensorPart? PartOf(int index, string section, TensorKey key) =>
        section == MessageBody.Parameters && bodies[index].Parts.TryGetValue(key, out var part) ? part
        : layout.TryFind(key.WireName, out _, out var shape) ? LeadingSlice.PartOf(key, shape, bodies[index].Section(section)[key].Shape)
        : null;

    /// <inheritdoc/>
    public void Read(int index, string section, TensorKey key, long start, Span<float> destination)
    {
        var tensor = bodies[index].Section(section)[key];
        var stored = section == MessageBody.Parameters && bodies[index].Parts.TryGetValue(key, out var part) ? part.Pack(tensor.Values) : tensor.Values;
        stored.AsSpan(checked((int)start), destination.Length).CopyTo(destination);
    }
}
