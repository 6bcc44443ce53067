using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Clusters;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Weightings;

/// <summary>What each <see cref="Weighting"/> gives an update, in one place.</summary>
public static class WeightingRules
{
    /// <summary>How much each update of a round counts.</summary>
    /// <param name="weighting">The choice.</param>
    /// <param name="contents">The updates, read where a choice depends on what they hold.</param>
    /// <param name="state">The server's state with what was learned of the senders, see <see cref="Learned"/>.</param>
    public static UpdateWeights For(Weighting weighting, RoundUpdates contents, ServerState state)
    {
        if (weighting is Weighting.Aligned aligned)
        {
            var basis = For(aligned.Base, contents, state);
            return basis with { ByBlock = new AlignmentRule(aligned, contents, basis.Of).Weights() };
        }

        if (weighting is Weighting.ClusterPosterior posterior)
        {
            var memberships = contents.Updates.Select(update => ClusterRules.MembershipOf(state, update.Client, posterior.Clusters)).ToArray();
            return new UpdateWeights((_, _) => 1) { ByCluster = [.. Enumerable.Range(0, posterior.Clusters).Select(c => Array.ConvertAll(memberships, own => own[c]))] };
        }

        if (weighting is Weighting.Staleness stale)
        {
            var fresh = For(stale.Of, contents, state).Of;
            return new UpdateWeights((k, key) => fresh(k, key) * FactorAt(stale.Decay, state.Version - contents.Updates[k].Version));
        }

        double[] weights = weighting switch
        {
            Weighting.Examples => [.. contents.Updates.Select(update => update.Examples)],
            Weighting.Uniform or Weighting.ClassAffinity => [.. contents.Updates.Select(_ => 1.0)],
            Weighting.ProductNorm => ProductNorms(contents),
            Weighting.ContributionDisparity => [.. contents.Updates.Select(update => ContributionRule.WeightOf(state, update.Client))],
            _ => throw new ArgumentException($"unknown weighting {weighting}"),
        };
        return new UpdateWeights((k, _) => weights[k]);
    }

    /// <summary>What an update counts that started so many versions ago.</summary>
    public static double FactorAt(StalenessDecay decay, int versions) => decay switch
    {
        StalenessDecay.Constant => 1,
        StalenessDecay.Hinge hinge => versions <= hinge.Late ? 1 : 1 / ((hinge.Steepness * (versions - hinge.Late)) + 1),
        StalenessDecay.Polynomial polynomial => Math.Pow(versions + 1, -polynomial.Exponent),
        _ => throw new ArgumentException($"unknown decay {decay}"),
    };

    /// <summary>The state with what the server keeps of a round's senders to weigh them.</summary>
    public static ServerState Learned(Weighting weighting, ServerState state, RoundUpdates contents) =>
        weighting is Weighting.ClusterPosterior posterior ? MembershipRule.Learned(posterior, state, contents)
        : ContributionIn(weighting) is { } contribution ? ContributionRule.Learned(contribution, state, contents)
        : state;

    /// <summary>Sections of the server's state that a weighting keeps, with their tensors.</summary>
    public static IEnumerable<(string Section, TensorLayout Layout)> StateLayouts(Method method, IReadOnlyList<string> clients) =>
        ContributionIn(method.Weighting) is not null && ClientReports.BucketsOf(method.LocalProgram) is { } buckets
            ? [(ContributionRule.Section, ContributionRule.LayoutOf(buckets, clients))]
            : [];

    /// <summary>What a weighting weighs by contribution and disparity, itself or as the base of another; null when it does not.</summary>
    internal static Weighting.ContributionDisparity? ContributionIn(Weighting weighting) => weighting switch
    {
        Weighting.ContributionDisparity contribution => contribution,
        Weighting.Aligned aligned => ContributionIn(aligned.Base),
        Weighting.Staleness stale => ContributionIn(stale.Of),
        _ => null,
    };

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
