using Tributary.Federation.Experiments;

namespace Tributary.Federation.Tests.Experiments;

public sealed class NearestTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("Rounds", "rounds", 0)]
    [InlineData("fedti", "fedit", 1)]
    [InlineData("ca", "abc", 3)]
    public void Distance_counts_edits(string a, string b, int edits) => Nearest.Distance(a, b).ShouldBe(edits);

    [Fact]
    public void Names_as_near_as_each_other_are_all_suggested() => Nearest.Hint("fedti", ["fedit", "fedavg", "fedtt"]).ShouldBe("; did you mean 'fedit' or 'fedtt'?");

    [Fact]
    public void A_far_name_gets_no_suggestion_but_a_short_list() =>
        Nearest.Hint("xylophone", ["rounds", "cohort"]).ShouldBe("; known are rounds, cohort");
}
