using Tributary.Federation.Messages;
using Tributary.Learning.Models;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>Which narrower models clients have in a round, where the capacity is elastic.</summary>
internal static class SubNetworks
{
    /// <summary>What a client holds: of every tensor that counts units of a network its first ones.</summary>
    public static Holding HoldingOf(Capacity.Elastic elastic, string client, IReadOnlyList<string> cohort, int version, long seed, TensorLayout layout)
    {
        var round = PhiloxStream.Root(seed).Child("elastic").Child(version);
        var drawn = round.Child(client).Sequence();
        var common = elastic.ByClient?.TryGetValue(client, out var own) == true ? own : Extreme(elastic.Shares, client, cohort, round);
        var shapes = new SortedDictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var space in layout.Units.Where(space => space.IsElastic))
        {
            var share = common ?? elastic.Shares[drawn.Index(elastic.Shares.Count)];
            var units = Math.Clamp((int)Math.Round(share * space.Count), 1, space.Count);
            foreach (var axis in units < space.Count ? space.Axes : [])
            {
                shapes[axis.Tensor] = layout.TryFind(axis.Tensor, out _, out var shape)
                    ? [.. shape.Select((size, i) => i == axis.Axis ? units : size)]
                    : throw new ArgumentException($"tensor {axis.Tensor} counts hidden units and is not trained");
            }
        }

        return shapes.Count == 0 ? Holding.Everything : new Holding { Shapes = shapes };
    }

    // Two of the cohort, drawn for the round.
    private static double? Extreme(IReadOnlyList<double> shares, string client, IReadOnlyList<string> cohort, PhiloxStream round)
    {
        var sequence = round.Sequence();
        var first = sequence.Index(cohort.Count);
        var second = cohort.Count > 1 ? (first + 1 + sequence.Index(cohort.Count - 1)) % cohort.Count : first;
        return client == cohort[first] ? shares.Max() : client == cohort[second] ? shares.Min() : null;
    }
}
