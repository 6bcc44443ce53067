using Tributary.Federation.Results;

namespace Tributary.Federation.Tests.Results;

public sealed class ComparisonSummaryTests
{
    [Fact]
    public void Figures_are_means_with_the_deviation_of_a_sample()
    {
        MeanDeviation.Of([1, 2, 6])!.ShouldBe(new MeanDeviation(3, Math.Sqrt(7), 3));
        MeanDeviation.Of([4.5]).ShouldBe(new MeanDeviation(4.5, null, 1));
        MeanDeviation.Of([null]).ShouldBeNull();
    }

    [Fact]
    public void Differences_are_taken_seed_by_seed() => MeanDeviation.OfDifferences(
        new Dictionary<ulong, double> { [1] = 2.0, [2] = 3.0, [3] = 9.0 }, new Dictionary<ulong, double> { [1] = 1.0, [2] = 1.0 }).ShouldBe(new MeanDeviation(1.5, Math.Sqrt(0.5), 2));

    [Fact]
    public void A_seed_that_failed_is_told_and_not_counted()
    {
        ComparedRun[] rows = [Run("fedit", 1, 2.0), Run("fedit", 2, 3.0), Run("fedit", 3, null), Run("flexlora", 1, null)];
        var summary = ComparisonSummary.Of(rows, id => id == "fedit" ? "verified" : null);
        summary[0].Loss.ShouldBe(new MeanDeviation(2.5, Math.Sqrt(0.5), 2));
        summary[0].Accuracy!.Mean.ShouldBe(0.25);
        summary[0].BytesUp.ShouldBe(10);
        summary[0].Failures.ShouldBe(["failed: no"]);
        summary[1].Loss.ShouldBeNull();
        summary[1].Failures.ShouldBe(["failed: no"]);
    }

    private static ComparedRun Run(string method, ulong seed, double? loss) => new()
    {
        Data = "data", Method = method, Seed = seed, BytesUp = 10, Failure = loss is null ? "failed: no" : null,
        Metrics = loss is { } value ? Metrics.OfLoss(value).With(Metrics.AccuracyName, 0.25) : null,
    };
}
