using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Parts.Clusters;

/// <summary>
/// How far the senders of a round belong to clusters (see <see cref="Weighting.ClusterPosterior"/>). The fit goes on from what was known of them, so that a cluster stays what it
/// is; of what they sent their inner products alone are kept, one tensor of all senders in memory at a time.
/// </summary>
internal static class MembershipRule
{
    private const double Alike = 1e-12; // of their squared norms

    /// <summary>The state with the senders' memberships; as it was with fewer senders than clusters, or when all sent the same.</summary>
    public static ServerState Learned(Weighting.ClusterPosterior choice, ServerState state, RoundUpdates contents)
    {
        var senders = contents.Updates.Select(update => update.Client).ToArray();
        if (choice.Clusters == 1 || state.Version < choice.WarmUp || senders.Length < choice.Clusters || Coordinates(contents, choice.Clusters - 1) is not { } points)
        {
            return state;
        }

        var known = senders.Select(client => ClusterRules.MembershipOf(state, client, choice.Clusters)).ToArray();
        var start = known.All(own => own.All(share => share == own[0])) ? GaussianMixture.Apart(points, choice.Clusters) : known;
        return senders.Zip(GaussianMixture.Posteriors(points, start)).Aggregate(state, (all, own) => ClusterRules.WithMembership(all, own.First, own.Second));
    }

    // Where senders lie along the leading directions in which they differ; null when they do not.
    private static double[][]? Coordinates(RoundUpdates contents, int directions)
    {
        var (products, norms) = Products(contents);
        if (Enumerable.Range(0, products.Rows).Sum(k => products[k, k]) <= Alike * norms)
        {
            return null;
        }

        var svd = JacobiSvd.Of(products);
        var kept = Math.Min(directions, svd.S.Length);
        return [.. Enumerable.Range(0, products.Rows).Select(k => Enumerable.Range(0, kept).Select(j => svd.U[k, j] * Math.Sqrt(svd.S[j])).ToArray())];
    }

    // Inner products of what senders trained less their mean, and the sum of their squared norms before.
    private static (HostMatrix Products, double Norms) Products(RoundUpdates contents)
    {
        var count = contents.Updates.Count;
        var (products, norms) = (new HostMatrix(count, count), 0.0);
        foreach (var key in Looked(contents))
        {
            var own = Rows(contents, key);
            norms += own.Values.Sum(value => value * value);
            for (var i = 0; i < own.Columns; i++)
            {
                var mean = Enumerable.Range(0, count).Sum(k => own[k, i]) / count;
                for (var k = 0; k < count; k++)
                {
                    own[k, i] -= mean;
                }
            }

            products = products.Plus(own.Times(own.Transposed()));
        }

        return (products, norms);
    }

    // One tensor of every sender; zeros where one does not send it.
    private static HostMatrix Rows(RoundUpdates contents, TensorKey key)
    {
        contents.Layout.TryFind(key.WireName, out _, out var shape);
        var rows = new HostMatrix(contents.Updates.Count, HostTensor.Count(shape));
        foreach (var k in Enumerable.Range(0, rows.Rows).Where(k => contents.Source.Contains(k, MessageBody.Parameters, key)))
        {
            Array.ConvertAll(contents.Whole(k, key).Values, value => (double)value).CopyTo(rows.Row(k));
        }

        return rows;
    }

    // Heads where senders have them, all that was sent otherwise.
    private static IReadOnlyList<TensorKey> Looked(RoundUpdates contents)
    {
        TensorKey[] sent = [.. contents.Layout.Tensors.Select(tensor => tensor.Key)
            .Where(key => Enumerable.Range(0, contents.Updates.Count).Any(k => contents.Source.Contains(k, MessageBody.Parameters, key)))];
        return sent.Any(key => key.Role == "head") ? [.. sent.Where(key => key.Role == "head")] : sent;
    }
}
