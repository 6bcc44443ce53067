using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// Folds the updates of a round, tensor block by tensor block, in client-id order: memory does not grow with their number. What is divided by is decided for each tensor,
/// or for each row of one that somebody sent in part (coverage).
/// </summary>
public static class UpdateFold
{
    /// <summary>
    /// Joins one section. <paramref name="weights"/> are in the order of the source; <paramref name="divisor"/> maps the weights of a tensor's senders, summed, to what its
    /// sum is divided by. Tensors that nobody sent are absent; rows that nobody sent are −0, which added to a number leaves every bit of it.
    /// </summary>
    public static ParameterSet Join(IUpdateSource updates, TensorLayout layout, string section, IBlockRule rule, IReadOnlyList<double> weights, Func<double, double> divisor)
    {
        var joined = new List<HostTensor>();
        var stretch = new Stretch(updates, section, rule, weights, divisor);
        foreach (var (key, shape) in layout.Tensors)
        {
            var senders = Enumerable.Range(0, updates.Count).Where(k => updates.Contains(k, section, key)).ToArray();
            if (senders.Length > 0)
            {
                var tensor = HostTensor.Zeros(key, shape);
                var masks = Array.ConvertAll(senders, k => updates.RowsOf(k, section, key));
                if (masks.Any(mask => mask is not null))
                {
                    JoinRows(stretch, tensor, senders, masks);
                }
                else
                {
                    stretch.Join(tensor, 0, tensor.Values.Length, senders);
                }

                joined.Add(tensor);
            }
        }

        return new ParameterSet(joined);
    }

    private static void JoinRows(Stretch stretch, HostTensor tensor, int[] senders, RowMask?[] masks)
    {
        var rows = tensor.Shape[0];
        var width = tensor.Values.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            int[] holders = [.. senders.Where((_, i) => masks[i] is not { } mask || mask.Contains(row))];
            if (holders.Length > 0)
            {
                stretch.Join(tensor, row * width, width, holders);
            }
            else
            {
                tensor.Values.AsSpan(row * width, width).Fill(-0f);
            }
        }
    }

    private sealed class Stretch(IUpdateSource updates, string section, IBlockRule rule, IReadOnlyList<double> weights, Func<double, double> divisor)
    {
        private float[] buffer = [];

        public void Join(HostTensor tensor, int start, int count, int[] senders)
        {
            var total = divisor(senders.Sum(k => weights[k]));
            var block = Math.Min(rule.BlockLength(senders.Length), count);
            Array.Resize(ref buffer, Math.Max(buffer.Length, block));
            for (var at = start; at < start + count; at += block)
            {
                var length = Math.Min(block, start + count - at);
                rule.Begin(length);
                foreach (var k in senders)
                {
                    updates.Read(k, section, tensor.Key, at, buffer.AsSpan(0, length));
                    rule.Add(buffer.AsSpan(0, length), weights[k]);
                }

                rule.Finish(total, tensor.Values.AsSpan(at, length));
            }
        }
    }
}
