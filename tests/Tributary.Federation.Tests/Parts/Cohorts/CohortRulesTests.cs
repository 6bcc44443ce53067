using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;

namespace Tributary.Federation.Tests.Parts.Cohorts;

public sealed class CohortRulesTests
{
    private static readonly string[] Clients = [.. Enumerable.Range(0, 20).Select(i => $"c{i:D2}")];

    [Fact]
    public void A_sample_has_its_size_no_repeats_and_ordinal_order()
    {
        var cohort = CohortRules.Draw(new Cohort.Uniform(Count: 5), Clients, 1, 0);
        cohort.Count.ShouldBe(5);
        cohort.Distinct().Count().ShouldBe(5);
        cohort.ShouldBe(cohort.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_sample_depends_on_seed_and_version_alone()
    {
        var sample = new Cohort.Uniform(Count: 5);
        CohortRules.Draw(sample, Clients, 1, 3).ShouldBe(CohortRules.Draw(sample, Clients, 1, 3));
        CohortRules.Draw(sample, Clients, 1, 3).ShouldNotBe(CohortRules.Draw(sample, Clients, 1, 4));
        CohortRules.Draw(sample, Clients, 1, 3).ShouldNotBe(CohortRules.Draw(sample, Clients, 2, 3));
    }

    [Fact]
    public void Every_client_is_drawn_about_equally_often()
    {
        var counts = Enumerable.Range(0, 2000).SelectMany(version => CohortRules.Draw(new Cohort.Uniform(Count: 5), Clients, 7, version)).CountBy(id => id).ToArray();
        counts.Length.ShouldBe(20);
        counts.ShouldAllBe(pair => pair.Value > 400 && pair.Value < 600); // 500 expected, deviation 19
    }

    [Theory]
    [InlineData(0.1, 2)]
    [InlineData(0.01, 1)]
    [InlineData(1.0, 20)]
    public void A_share_is_rounded_down_but_never_to_nobody(double fraction, int size) =>
        CohortRules.Draw(new Cohort.Uniform(fraction), Clients, 1, 0).Count.ShouldBe(size);
}
