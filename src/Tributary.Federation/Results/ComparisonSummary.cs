namespace Tributary.Federation.Results;

/// <summary>Joins the runs of a comparison over seeds.</summary>
public static class ComparisonSummary
{
    /// <summary>One line for each method on each data set, in the order in which they first appear.</summary>
    /// <param name="rows">The runs.</param>
    /// <param name="basisOf">How well a method's original is known.</param>
    public static IReadOnlyList<ComparedMethod> Of(IEnumerable<ComparedRun> rows, Func<string, string?> basisOf) =>
        [.. rows.GroupBy(row => (row.Data, row.Method)).Select(group => Of(group.Key.Data, group.Key.Method, basisOf(group.Key.Method), [.. group]))];

    private static ComparedMethod Of(string data, string method, string? basis, ComparedRun[] rows)
    {
        var good = rows.Where(row => row.Failure is null).ToArray();
        MeanDeviation? Over(Func<ComparedRun, double?> figure) => MeanDeviation.Of(good.Select(figure));
        return new ComparedMethod
        {
            Data = data,
            Method = method,
            Basis = basis,
            Loss = Over(row => row.Metrics?.Loss),
            Accuracy = Over(row => row.Metrics?.Find(Metrics.AccuracyName)),
            GapClosed = Over(row => row.GapClosed),
            WorstOwner = Over(row => row.Fairness?.Worst),
            OwnerGap = Over(row => row.Fairness?.Gap),
            AggregationError = Over(row => row.AggregationError),
            BytesUp = good.Select(row => (double)row.BytesUp).DefaultIfEmpty().Average(),
            BytesDown = good.Select(row => (double)row.BytesDown).DefaultIfEmpty().Average(),
            Seconds = good.Select(row => row.Seconds).DefaultIfEmpty().Average(),
            PeakRssBytes = good.Select(row => row.PeakRssBytes).DefaultIfEmpty().Max(),
            Failures = [.. rows.Select(row => row.Failure).OfType<string>().Distinct(StringComparer.Ordinal)],
        };
    }
}
