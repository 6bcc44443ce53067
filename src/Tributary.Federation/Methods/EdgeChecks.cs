using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;

namespace Tributary.Federation.Methods;

/// <summary>What an edge needs to pass up one update in place of its clients', one line for each thing that is missing.</summary>
internal static class EdgeChecks
{
    private const string What = "method.combine: edges";
    private const int MostEdges = 1_000_000;

    public static IEnumerable<string> Check(Method method)
    {
        if (method.Combine is not Combine.Edges edges)
        {
            yield break;
        }

        if (edges.Count is < 1 or > MostEdges)
        {
            yield return $"{What} needs a count from 1 to {MostEdges}";
        }

        if (edges.Of is not Combine.Factors { Over: Normaliser.Senders })
        {
            yield return $"{What} needs the rule 'factors' over senders: means of means are the mean, but {InWords(edges.Of)}";
        }

        if (method.Capacity is not (Capacity.Uniform or Capacity.Blocks or Capacity.Units) || EncodingRules.SelectionOf(method.Codec.Up) is not null)
        {
            yield return $"{What} needs clients that send whole tensors, because an edge passes up one weight for each; choose capacity: uniform, blocks or units and all entries";
        }

        if (method.Weighting is Weighting.Aligned)
        {
            yield return $"{What} cannot go with method.weighting: aligned, which compares the updates of all clients block by block";
        }
    }

    private static string InWords(Combine rule) => rule switch
    {
        Combine.Median or Combine.TrimmedMean => "a rule that sorts must see every update",
        Combine.Product or Combine.Stacked or Combine.Clusters => "this rule needs the factors of every update",
        Combine.Factors => "this divisor needs to know what all clients sent",
        _ => "this rule keeps single updates",
    };
}
