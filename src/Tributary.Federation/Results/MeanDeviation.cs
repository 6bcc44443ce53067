namespace Tributary.Federation.Results;

/// <summary>A figure over several seeds.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Deviation">Its standard deviation over seeds (with n − 1); null for a single one, which says nothing of it.</param>
/// <param name="Count">Number of seeds.</param>
public sealed record MeanDeviation(double Mean, double? Deviation, int Count)
{
    /// <summary>Of some values; null when there is none.</summary>
    public static MeanDeviation? Of(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().ToArray();
        if (known.Length == 0)
        {
            return null;
        }

        var mean = known.Average();
        return new(mean, known.Length == 1 ? null : Math.Sqrt(known.Sum(value => (value - mean) * (value - mean)) / (known.Length - 1)), known.Length);
    }

    /// <summary>
    /// The mean of the differences of paired values (same seed) with its deviation; null when no seed has both.
    /// </summary>
    public static MeanDeviation? OfDifferences(IReadOnlyDictionary<ulong, double> values, IReadOnlyDictionary<ulong, double> others) =>
        Of(values.Where(pair => others.ContainsKey(pair.Key)).Select(pair => (double?)(pair.Value - others[pair.Key])));
}
