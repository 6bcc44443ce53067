using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>Updates that are values, as changes of the model that the server has now. They hold whole tensors.</summary>
internal sealed class ChangedUpdates(IUpdateSource values, ParameterSet model) : IUpdateSource
{
    /// <inheritdoc/>
    public int Count => values.Count;

    /// <inheritdoc/>
    public bool Contains(int index, string section, TensorKey key) => values.Contains(index, section, key);

    /// <inheritdoc/>
    public TensorPart? PartOf(int index, string section, TensorKey key) => values.PartOf(index, section, key) is null
        ? null
        : throw new InvalidOperationException("a part of a tensor is no change of the whole");

    /// <inheritdoc/>
    public void Read(int index, string section, TensorKey key, long start, Span<float> destination)
    {
        values.Read(index, section, key, start, destination);
        if (section == MessageBody.Parameters && model.TryGet(key, out var before))
        {
            for (var i = 0; i < destination.Length; i++)
            {
                destination[i] -= before.Values[start + i];
            }
        }
    }
}
