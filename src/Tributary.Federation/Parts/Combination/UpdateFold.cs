using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// Folds the updates of a round, tensor block by tensor block, in client-id order: memory does not grow with their number. Who counts is decided for every element by who
/// sent it (coverage).
/// </summary>
/// <param name="updates">The updates.</param>
/// <param name="section">The section that is joined.</param>
/// <param name="rule">How one stretch of values is joined.</param>
/// <param name="weight">The weight of an update for a tensor, given its place in the source.</param>
/// <param name="divisor">What an element's sum is divided by, given the weights of its senders and of all updates, summed.</param>
public sealed class UpdateFold(IUpdateSource updates, string section, IBlockRule rule, Func<int, TensorKey, double> weight, Func<double, double, double> divisor)
{
    private float[] stored = [];
    private float[] values = [];
    private bool[] held = [];

    /// <summary>
    /// Joins every tensor that somebody sent; the others are absent. What nobody sent of a tensor is taken from <paramref name="unsent"/>, and is −0 where that has no such tensor:
    /// added to a number, it leaves every bit of it.
    /// </summary>
    public ParameterSet Join(TensorLayout layout, ParameterSet unsent)
    {
        var joined = new List<HostTensor>();
        foreach (var (key, shape) in layout.Tensors)
        {
            var senders = Enumerable.Range(0, updates.Count).Where(k => updates.Contains(k, section, key)).ToArray();
            if (senders.Length > 0)
            {
                var tensor = unsent.TryGet(key, out var before) ? before.Copy() : HostTensor.Zeros(key, shape);
                if (before is null)
                {
                    tensor.Values.AsSpan().Fill(-0f);
                }

                Join(tensor, senders);
                joined.Add(tensor);
            }
        }

        return new ParameterSet(joined);
    }

    private void Join(HostTensor tensor, int[] senders)
    {
        var parts = Array.ConvertAll(senders, k => updates.PartOf(k, section, tensor.Key));
        var weights = Array.ConvertAll(senders, k => weight(k, tensor.Key));
        var all = Enumerable.Range(0, updates.Count).Sum(k => weight(k, tensor.Key));
        var block = Math.Min(rule.BlockLength(senders.Length), tensor.Values.Length);
        Reserve(block);
        for (var start = 0; start < tensor.Values.Length; start += block)
        {
            var length = Math.Min(block, tensor.Values.Length - start);
            rule.Begin(length);
            for (var i = 0; i < senders.Length; i++)
            {
                Add(senders[i], tensor.Key, parts[i], weights[i], start, length);
            }

            rule.Finish(sent => divisor(sent, all), tensor.Values.AsSpan(start, length));
        }
    }

    private void Add(int sender, TensorKey key, TensorPart? part, double weight, int start, int length)
    {
        if (part is null)
        {
            updates.Read(sender, section, key, start, values.AsSpan(0, length));
            rule.Add(values.AsSpan(0, length), [], weight);
            return;
        }

        var (first, end) = (part.CountBefore(start), part.CountBefore(start + length));
        if (end > first)
        {
            updates.Read(sender, section, key, first, stored.AsSpan(0, end - first));
            part.Spread(start, stored.AsSpan(0, end - first), values.AsSpan(0, length), held.AsSpan(0, length));
            rule.Add(values.AsSpan(0, length), held.AsSpan(0, length), weight);
        }
    }

    private void Reserve(int block)
    {
        if (values.Length < block)
        {
            (stored, values, held) = (new float[block], new float[block], new bool[block]);
        }
    }
}
