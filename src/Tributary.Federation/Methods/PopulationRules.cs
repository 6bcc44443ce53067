using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Methods;

/// <summary>Settings that mean less than they say, beside the others or with as few clients as there are: a run may have them, and its people should know.</summary>
public static class PopulationRules
{
    /// <summary>One line for each such setting.</summary>
    /// <param name="method">The method.</param>
    /// <param name="clients">How many clients there are.</param>
    public static IEnumerable<string> Warnings(Method method, int clients)
    {
        if (method.Pace is Pace.Buffer buffer && buffer.Size > clients)
        {
            yield return $"method.pace: a version is to close at {buffer.Size} answers but there are {clients} clients: each version waits for all of them, as with a whole cohort; lower size";
        }

        if (method.Weighting is Weighting.Staleness && PaceRules.MostStale(method.Pace) == 0)
        {
            yield return "method.weighting: staleness has no effect, because with this method.pace no answer is late; choose method.pace: buffer, or leave it out";
        }

        if (method is { Weighting: not (Weighting.Examples or Weighting.Uniform), Combine: Combine.Median or Combine.TrimmedMean })
        {
            yield return "method.weighting has no effect: method.combine: median and trimmed_mean count every answer alike; leave it out";
        }

        if (method.Combine is Combine.Edges edges && edges.Count > clients)
        {
            yield return $"method.combine: there are {edges.Count} edges but {clients} clients: some edges have none, and one with a single client joins nothing; lower count";
        }
    }
}
