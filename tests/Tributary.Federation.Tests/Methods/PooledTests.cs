using Tributary.Federation.Ledger;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The upper bound: one who holds the rows of all. That a run of it gives the pooled baseline is checked where runs are.</summary>
public sealed class PooledTests
{
    [Fact]
    public void It_does_the_work_of_all_owners_or_of_so_many()
    {
        CohortRules.Joined(Catalogue.Pooled, 3).ShouldBe(3);
        CohortRules.Joined(Catalogue.Pooled with { Cohort = new Cohort.Union(2) }, 3).ShouldBe(2);
        CohortRules.Joined(Catalogue.FedIt with { Pace = new Pace.FirstK(1) }, 3).ShouldBe(1);
    }

    [Fact]
    public void Steps_are_those_of_all_and_passes_are_over_the_rows_there_are()
    {
        static Budget BudgetOf(Budget budget) => LocalProgram.Standard.WithEveryPhase(phase => phase with { Budget = budget }).ForClients(3).Phases[0].Budget;
        BudgetOf(new Budget.Steps(4)).ShouldBe(new Budget.Steps(12));
        BudgetOf(new Budget.Epochs(4)).ShouldBe(new Budget.Epochs(4));
    }

    [Fact]
    public void Nothing_travels_and_that_was_foretold()
    {
        using var federation = new LoraFederation(Catalogue.Pooled, clients: 1);
        federation.Run(2);
        federation.Ledger.Total.ShouldBe(default);
        federation.Ledger.Rounds.Keys.ShouldBe([1, 2]);
        TrafficForecast.Of(federation.Plan(2), federation.Start).ShouldAllBe(round => round.Bytes == default && round.Least == default);
    }

    [Fact]
    public void The_rows_themselves_are_disclosed() => Disclosure.Of(Catalogue.Pooled).ShouldHaveSingleItem().ShouldContain("rows");

    [Fact]
    public void What_is_an_owners_own_has_nobody_to_keep_it()
    {
        MethodRules.Refusals(Catalogue.Pooled with { Sharing = Sharing.ByFactor(loraB: Visibility.Private), Serving = new Serving.GlobalAndPrivate() }).ShouldContain(reason => reason.Contains("union"));
        MethodRules.Refusals(Catalogue.Pooled with { Capacity = new Capacity.Ranks() }).ShouldContain(reason => reason.Contains("union"));
        MethodRules.Refusals(Catalogue.Pooled).ShouldBeEmpty();
    }
}
