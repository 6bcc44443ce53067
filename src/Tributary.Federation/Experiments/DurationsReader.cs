using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Experiments;

/// <summary>Reads <c>durations</c>: how long simulated clients take by the run's own clock.</summary>
internal static class DurationsReader
{
    private const string Key = "durations";
    private const double MostSeconds = 1e9;

    /// <summary>The durations; all alike when the file says nothing.</summary>
    /// <exception cref="Numerics.InputException">A choice is unknown or a length absurd.</exception>
    public static Durations Read(Section root, PartReader parts)
    {
        if (root.Node(Key) is not { } node)
        {
            return new Durations.Constant();
        }

        var durations = parts.Read(node, PartsJson.Default.Durations, Key);
        var sound = durations switch
        {
            Durations.Constant constant => constant.Seconds is >= 0 and <= MostSeconds,
            Durations.HalfNormal half => half is { Deviation: >= 0 and <= MostSeconds, Least: >= 0 and <= MostSeconds },
            Durations.LogNormal log => log is { Median: > 0 and <= MostSeconds, Sigma: >= 0 and <= 10 },
            _ => true,
        };
        return sound ? durations : throw root.Bad(node, Key, "has a length that is negative or beyond all bounds");
    }
}
