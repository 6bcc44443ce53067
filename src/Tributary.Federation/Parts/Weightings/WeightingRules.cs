using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Weightings;

/// <summary>What each <see cref="Weighting"/> gives an update, in one place.</summary>
public static class WeightingRules
{
    /// <summary>The weight of an update for a tensor, given its place among <paramref name="updates"/>; weights need not sum to one.</summary>
    /// <param name="weighting">The choice.</param>
    /// <param name="updates">What is known of the updates, in the order of their contents.</param>
    /// <param name="contents">Their contents, read where a choice depends on them.</param>
    public static Func<int, TensorKey, double> For(Weighting weighting, IReadOnlyList<Update> updates, RoundUpdates contents)
    {
        double[] weights = weighting switch
        {
            Weighting.Examples => [.. updates.Select(update => update.Examples)],
            Weighting.Uniform => [.. updates.Select(_ => 1.0)],
            Weighting.ProductNorm => ProductNorms(contents),
            _ => throw new ArgumentException($"unknown weighting {weighting}"),
        };
        return (k, _) => weights[k];
    }

    private static double[] ProductNorms(RoundUpdates contents)
    {
        var norms = new double[contents.Source.Count];
        for (var k = 0; k < norms.Length; k++)
        {
            var square = 0.0;
            foreach (var pair in contents.Pairs.Where(pair => contents.Has(k, pair)))
            {
                var norm = (contents.Factors(k, pair) with { Scale = 1 }).Norm();
                square += norm * norm;
            }

            norms[k] = Math.Sqrt(square);
        }

        return norms.All(norm => norm == 0) ? [.. norms.Select(_ => 1.0)] : norms;
    }
}
