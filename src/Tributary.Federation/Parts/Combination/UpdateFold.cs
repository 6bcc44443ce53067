using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>Folds the updates of a round, tensor block by tensor block, in client-id order: memory does not grow with their number.</summary>
public static class UpdateFold
{
    /// <summary>
    /// Joins one section. <paramref name="weights"/> are in the order of the source; <paramref name="divisor"/> maps the weights of a tensor's senders, summed, to what its
    /// sum is divided by. Tensors that nobody sent are absent.
    /// </summary>
    public static ParameterSet Join(IUpdateSource updates, TensorLayout layout, string section, IBlockRule rule, IReadOnlyList<double> weights, Func<double, double> divisor)
    {
        var joined = new List<HostTensor>();
        var buffer = Array.Empty<float>();
        foreach (var (key, shape) in layout.Tensors)
        {
            var senders = Enumerable.Range(0, updates.Count).Where(k => updates.Contains(k, section, key)).ToArray();
            if (senders.Length == 0)
            {
                continue;
            }

            var tensor = HostTensor.Zeros(key, shape);
            var total = divisor(senders.Sum(k => weights[k]));
            var block = Math.Min(rule.BlockLength(senders.Length), tensor.Values.Length);
            Array.Resize(ref buffer, Math.Max(buffer.Length, block));
            for (var start = 0; start < tensor.Values.Length; start += block)
            {
                var length = Math.Min(block, tensor.Values.Length - start);
                rule.Begin(length);
                foreach (var k in senders)
                {
                    updates.Read(k, section, key, start, buffer.AsSpan(0, length));
                    rule.Add(buffer.AsSpan(0, length), weights[k]);
                }

                rule.Finish(total, tensor.Values.AsSpan(start, length));
            }

            joined.Add(tensor);
        }

        return new ParameterSet(joined);
    }
}
