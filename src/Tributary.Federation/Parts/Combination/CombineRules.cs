using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Clusters;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>What each <see cref="Combine"/> does, in one place.</summary>
public static class CombineRules
{
    /// <summary>Joins a round's updates; <paramref name="model"/> is what the server had.</summary>
    public static Joined Join(Combine combine, RoundUpdates updates, UpdateWeights weights, ParameterSet model, bool isDelta)
    {
        if (combine is Combine.Collect or Combine.Bank)
        {
            return new Joined(ParameterSet.Empty, isDelta, ParameterSet.Empty);
        }

        if (combine is Combine.Clusters clusters)
        {
            return new Joined(ParameterSet.Empty, isDelta, ParameterSet.Empty) { Clusters = ClusterMean.Join(updates, weights.ByCluster, clusters.Over, model) };
        }

        if (combine is Combine.Edges edges)
        {
            return new Joined(EdgeMean.Join(updates, weights.Of, edges.Count), isDelta, ParameterSet.Empty);
        }

        if (combine is Combine.Factors { Over: Normaliser.Count } && !isDelta)
        {
            var changes = new RoundUpdates(new ChangedUpdates(updates.Source, model), updates.Method, updates.Layout) { Updates = updates.Updates };
            return Join(combine, changes, weights, model, isDelta: true);
        }

        var weight = weights.Of;
        var fold = new UpdateFold(updates.Source, MessageBody.Parameters, For(combine), weight, (senders, all) => Divisor(combine, senders, all, updates.Source.Count)) { ByBlock = weights.ByBlock };
        var unsent = Unsent(combine, isDelta, model);
        if (combine is Combine.Product or Combine.Stacked)
        {
            var factors = updates.Pairs.SelectMany(pair => new[] { pair.A, pair.B }).ToHashSet();
            var others = fold.Join(new TensorLayout(updates.Layout.Tensors.Where(tensor => !factors.Contains(tensor.Key))), unsent);
            if (combine is Combine.Stacked)
            {
                return new Joined(others, isDelta, ParameterSet.Empty);
            }

            var (products, lost) = ProductMean.Join(updates, weight, ((Combine.Product)combine).Split);
            return new Joined(new ParameterSet(products.Concat(others)), isDelta, ParameterSet.Empty) { Metrics = Metric(Joined.TruncationErrorMetric, lost) };
        }

        var joined = fold.Join(updates.Layout, unsent);
        var error = isDelta ? null : AggregationError.Of(updates, weight, joined);
        return new Joined(joined, isDelta, ParameterSet.Empty) { Metrics = Metric(Joined.AggregationErrorMetric, error) };
    }

    /// <summary>The rule for one stretch of values.</summary>
    public static IBlockRule For(Combine combine) => combine switch
    {
        Combine.Factors or Combine.Product or Combine.Stacked => new LinearSum(),
        Combine.Median => SortedRule.Median(),
        Combine.TrimmedMean trimmed => SortedRule.TrimmedMean(trimmed.Fraction),
        _ => throw new ArgumentException($"unknown combination {combine}"),
    };

    /// <summary>
    /// What stands where nobody sent a part of a tensor: of values what the server had, of differences and of sums over all nothing (with all, who sent nothing counts as zeros).
    /// </summary>
    public static ParameterSet Unsent(Combine combine, bool isDelta, ParameterSet model) => isDelta || combine is Combine.Factors { Over: Normaliser.All } ? ParameterSet.Empty : model;

    private static SortedDictionary<string, double> Metric(string name, double? value) =>
        value is { } known ? new(StringComparer.Ordinal) { [name] = known } : new(StringComparer.Ordinal);

    /// <summary>What a sum is divided by, given the weights of a tensor's senders and of all updates, and their number.</summary>
    public static double Divisor(Combine combine, double senders, double all, int count) => combine switch
    {
        Combine.Factors { Over: Normaliser.All } => all,
        Combine.Factors { Over: Normaliser.Count } => count,
        _ => senders,
    };
}
