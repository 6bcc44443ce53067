using Tributary.Federation.Results;

namespace Tributary.Federation.Tests.Results;

public class SummaryTests
{
    [Fact]
    public void Fairness_counts_the_worst_tenth_with_at_least_one_owner()
    {
        var few = Fairness.Of([1.0, 3.0]);
        few.ShouldBe(new Fairness(2, 1, 3, 3, 2));

        var many = Fairness.Of([.. Enumerable.Range(1, 20).Select(i => (double)i)]);
        many.WorstTenth.ShouldBe(19.5);
    }

    [Fact]
    public void Half_way_from_alone_to_pooled_is_one_half() => GapClosed.Of(federated: 2, local: 3, pooled: 1).Value.ShouldBe(0.5);

    [Theory]
    [InlineData(null, 1.0, "alone")]
    [InlineData(2.0, null, "pooled")]
    [InlineData(2.0, 2.0, "not better")]
    public void Without_a_meaningful_bound_the_gap_has_a_reason_instead(double? local, double? pooled, string reason)
    {
        var gap = GapClosed.Of(1.5, local, pooled);

        gap.Value.ShouldBeNull();
        gap.Reason!.ShouldContain(reason);
    }

    [Fact]
    public void Metrics_are_ordered_by_name_and_equal_by_content()
    {
        var one = new Metrics([new("loss", 1), new("accuracy", 0.5)]);
        var other = Metrics.OfLoss(1).With("accuracy", 0.5);

        one.Names.ShouldBe(["accuracy", "loss"]);
        one.ShouldBe(other);
        one.GetHashCode().ShouldBe(other.GetHashCode());
        Should.Throw<ArgumentException>(() => new Metrics([]));
    }
}
