using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Parts.Clusters;

/// <summary>The mean updates of every cluster (see <see cref="Combine.Clusters"/>). The factors of one sender are in memory at a time.</summary>
internal static class ClusterMean
{
    /// <summary>What joins for each cluster: whole updates of LoRA modules, values of other tensors.</summary>
    /// <param name="updates">The round's updates.</param>
    /// <param name="weights">For every cluster the weights of the updates.</param>
    /// <param name="over">What the sum of a row is divided by.</param>
    /// <param name="model">What stands where nobody sent a part of another tensor.</param>
    public static IReadOnlyList<ParameterSet> Join(RoundUpdates updates, IReadOnlyList<double[]> weights, RowNormaliser over, ParameterSet model)
    {
        var modules = updates.Pairs.Select(pair => Module(updates, pair, weights, over)).ToArray();
        var others = ClusterRules.Others(updates.Pairs, updates.Layout);
        return [.. weights.Select((own, c) => own.Sum() > 0
            ? new ParameterSet(new UpdateFold(updates.Source, MessageBody.Parameters, new LinearSum(), (k, _) => own[k], (senders, _) => senders)
                .Join(others, model).Concat(modules.Where(module => module.Length > 0).Select(module => module[c])))
            : ParameterSet.Empty)];
    }

    // For every cluster; none when nobody sent the module.
    private static HostTensor[] Module(RoundUpdates updates, LoraPair pair, IReadOnlyList<double[]> weights, RowNormaliser over)
    {
        int[] senders = [.. Enumerable.Range(0, updates.Source.Count).Where(k => updates.Has(k, pair))];
        if (senders.Length == 0)
        {
            return [];
        }

        var (key, shape) = ClusterRules.Whole(pair, updates.Layout);
        var sums = weights.Select(_ => new HostMatrix(shape[0], shape[1])).ToArray();
        var divisors = weights.Select(_ => new double[shape[0]]).ToArray();
        foreach (var k in senders)
        {
            var product = updates.Factors(k, pair).Product();
            var held = updates.PartOf(k, pair.B) is { Kind: PartKind.Rows } part ? part.Marks : null;
            for (var c = 0; c < sums.Length; c++)
            {
                for (var row = 0; row < shape[0]; row++)
                {
                    if (held?.Contains(row) != false)
                    {
                        Add(weights[c][k], product.Row(row), sums[c].Row(row));
                        divisors[c][row] += over == RowNormaliser.Weights ? weights[c][k] : 1;
                    }
                }
            }
        }

        return [.. sums.Select((sum, c) => new HostTensor(key, shape, Divided(sum, divisors[c])))];
    }

    private static void Add(double weight, ReadOnlySpan<double> values, Span<double> sum)
    {
        for (var i = 0; i < values.Length; i++)
        {
            sum[i] += weight * values[i];
        }
    }

    // Rows that nobody sent stay zero.
    private static float[] Divided(HostMatrix sum, double[] divisors) => [.. sum.Values.Select((value, i) => divisors[i / sum.Columns] is > 0 and var divisor ? (float)(value / divisor) : 0)];
}
