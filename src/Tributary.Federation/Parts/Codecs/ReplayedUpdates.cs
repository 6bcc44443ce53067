using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>Updates of which only slopes along directions arrived, as the changes of tensors that they stand for.</summary>
/// <param name="arrived">What arrived.</param>
/// <param name="replays">The change of each.</param>
/// <param name="trained">Which tensors each sender trained.</param>
internal sealed class ReplayedUpdates(IUpdateSource arrived, IReadOnlyList<Replay> replays, Func<int, TensorKey, bool> trained) : IUpdateSource
{
    /// <inheritdoc/>
    public int Count => arrived.Count;

    /// <inheritdoc/>
    public bool Contains(int index, string section, TensorKey key) =>
        section == MessageBody.Parameters ? trained(index, key) : arrived.Contains(index, section, key);

    /// <inheritdoc/>
    public TensorPart? PartOf(int index, string section, TensorKey key) => section == MessageBody.Parameters ? null : arrived.PartOf(index, section, key);

    /// <inheritdoc/>
    public void Read(int index, string section, TensorKey key, long start, Span<float> destination)
    {
        if (section == MessageBody.Parameters)
        {
            replays[index].Write(key, start, destination);
        }
        else
        {
            arrived.Read(index, section, key, start, destination);
        }
    }
}
