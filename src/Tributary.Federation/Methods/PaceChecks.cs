using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Parts.ServerSteps;

namespace Tributary.Federation.Methods;

/// <summary>What clients need that do not wait for each other, and weights that are lengths; one line for each that is missing.</summary>
internal static class PaceChecks
{
    private const string What = "method.pace: buffer";

    public static IEnumerable<string> Check(Method method)
    {
        if (method.Pace is Pace.FirstK { K: < 1 })
        {
            yield return "method.pace: k must be at least 1";
        }

        if (method.Pace is Pace.Buffer { Size: < 1 } or Pace.Buffer { InFlight: < 1 } or Pace.Buffer { MostStale: not (>= 0 and <= 1_000_000) })
        {
            yield return $"{What} needs size and in_flight of at least 1 and most_stale from 0 to 1000000";
        }

        foreach (var reason in PaceRules.Overlaps(method.Pace) ? [.. Clients(method), .. Server(method)] : Array.Empty<string>())
        {
            yield return reason;
        }

        if (method.Combine is Combine.Factors { Over: Normaliser.Count }
            && (method.Capacity is not Capacity.Uniform || EncodingRules.SelectionOf(method.Codec.Up) is not null || method.Codec.Down is Encoding.SeedScalars))
        {
            yield return "method.combine: factors over their count need clients that send whole tensors and a model that goes down; use capacity: uniform and all entries";
        }
    }

    /// <summary>What a method needs whose answers come from several versions, over all its rounds.</summary>
    public static IEnumerable<string> CheckRounds(Method method, IEnumerable<int> rounds)
    {
        if (method.Schedule is not Schedule.Constant && rounds.Any(round => PaceRules.Overlaps(method.At(round).Pace)))
        {
            yield return $"{What} needs method.schedule: constant, because answers come from several versions";
        }
    }

    private static IEnumerable<string> Clients(Method method)
    {
        if (method.Capacity is not (Capacity.Uniform or Capacity.Rows or Capacity.Ranks { Pruning: null } or Capacity.Slots)
            || EncodingRules.SelectionOf(method.Codec.Up) is Selection.TopMass { Budget: not null })
        {
            yield return $"{What} needs clients that hold and may send the same in every round; choose capacity: uniform, rows, ranks or slots, and no budget by loss";
        }

        if (SeedScalarRules.DirectionsOf(method) is Directions.Pool { Draw: PoolDraw.Importance })
        {
            yield return $"{What} needs directions drawn uniformly, because the importance of earlier versions is gone";
        }
    }

    private static IEnumerable<string> Server(Method method)
    {
        if (!CohortRules.Travels(method.Cohort))
        {
            yield return $"{What} needs clients of their own; choose another method.cohort";
        }

        if (method.Dispatch is not (Dispatch.Broadcast or Dispatch.Slice))
        {
            yield return $"{What} needs method.dispatch: broadcast or slice, because nobody knows before whose turn it is";
        }

        if (method.ServerStep is ServerStep.ControlVariates || ServerRules.ChangesBase(method.ServerStep))
        {
            yield return $"{What} needs a server step without control variates and updates of base weights, because answers come from several versions";
        }
    }
}
