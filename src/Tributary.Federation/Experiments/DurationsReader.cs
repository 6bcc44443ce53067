using System.Globalization;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Experiments;

/// <summary>Reads <c>durations</c>: how long simulated clients take by the run's own clock.</summary>
internal static class DurationsReader
{
    private const string Key = "durations";
    private const double MostSeconds = 1e9;
    private const double LeastMedian = 1e-9;
    private const double MostSigma = 10;

    /// <summary>The durations; all alike when the file says nothing.</summary>
    /// <exception cref="Numerics.InputException">A choice is unknown or a length absurd.</exception>
    public static Durations Read(Section root, PartReader parts)
    {
        if (root.Node(Key) is not { } node)
        {
            return new Durations.Constant();
        }

        var durations = parts.Read(node, PartsJson.Default.Durations, Key);
        (string Name, double Value, double Least, double Most)[] numbers = durations switch
        {
            Durations.Constant constant => [("seconds", constant.Seconds, 0, MostSeconds)],
            Durations.HalfNormal half => [("deviation", half.Deviation, 0, MostSeconds), ("least", half.Least, 0, MostSeconds)],
            Durations.LogNormal log => [("median", log.Median, LeastMedian, MostSeconds), ("sigma", log.Sigma, 0, MostSigma)],
            _ => [],
        };
        foreach (var (name, value, least, most) in numbers)
        {
            if (!(value >= least && value <= most))
            {
                throw root.Bad(node, Key, string.Create(CultureInfo.InvariantCulture, $"has {name} {value:R}, which must be from {least:R} to {most:0}"));
            }
        }

        return durations;
    }
}
