using Tributary.Federation.Methods;
using Tributary.Federation.Parts;

namespace Tributary.Federation.Tests.Methods;

public sealed class PopulationRulesTests
{
    [Theory]
    [InlineData(10, 6, true)]
    [InlineData(7, 6, true)]
    [InlineData(6, 6, false)]
    [InlineData(2, 6, false)]
    public void A_buffer_that_all_clients_together_cannot_fill_is_a_whole_cohort(int size, int clients, bool warns)
    {
        var warnings = PopulationRules.Warnings(Catalogue.FedBuff with { Pace = new Pace.Buffer(size) }, clients).ToArray();

        warnings.Length.ShouldBe(warns ? 1 : 0);
        warnings.ShouldAllBe(warning => warning.Contains($"close at {size} answers but there are {clients} clients", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(50, 6, true)]
    [InlineData(6, 6, false)]
    [InlineData(3, 6, false)]
    public void More_edges_than_clients_leave_some_empty(int count, int clients, bool warns) =>
        PopulationRules.Warnings(Catalogue.HierFavg with { Combine = new Combine.Edges(count, new Combine.Factors()) }, clients).Any().ShouldBe(warns);

    [Fact]
    public void Weights_that_nothing_uses_are_told()
    {
        var late = Catalogue.FedIt with { Weighting = new Weighting.Staleness() };
        PopulationRules.Warnings(late, 6).ShouldHaveSingleItem().ShouldContain("no answer is late");
        PopulationRules.Warnings(late with { Pace = new Pace.Buffer(2) }, 6).ShouldBeEmpty();

        var median = Catalogue.FedIt with { Combine = new Combine.Median() };
        PopulationRules.Warnings(median, 6).ShouldBeEmpty();
        PopulationRules.Warnings(median with { Weighting = new Weighting.Uniform() }, 6).ShouldBeEmpty();
        PopulationRules.Warnings(median with { Weighting = new Weighting.ProductNorm() }, 6).ShouldHaveSingleItem().ShouldContain("count every answer alike");
    }

    [Fact]
    public void Other_methods_go_with_any_number_of_clients() =>
        Catalogue.All.Where(method => method.Pace is not Pace.Buffer && method.Combine is not Combine.Edges).SelectMany(method => PopulationRules.Warnings(method, 1)).ShouldBeEmpty();
}
