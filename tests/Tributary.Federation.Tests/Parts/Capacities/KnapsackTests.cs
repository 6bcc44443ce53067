using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Tests.Methods;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Tests.Parts.Capacities;

public sealed class KnapsackTests
{
    [Fact]
    [Checks(1, Of = "fed-pilot")]
    public void The_case_of_the_textbook_is_solved()
    {
        var taken = Knapsack.Solve([6, 10, 12], [1, 2, 3], 5);
        taken.ShouldBe([false, true, true]);
    }

    [Fact]
    [Checks(1, Of = "fed-pilot")]
    public void It_is_as_good_as_trying_everything_and_never_above_the_budget()
    {
        var random = new PhiloxSequence(new Philox(5));
        for (var round = 0; round < 200; round++)
        {
            double[] values = [.. Enumerable.Range(0, 9).Select(_ => (double)random.Index(12))];
            long[] costs = [.. Enumerable.Range(0, 9).Select(_ => 1L + random.Index(8))];
            var budget = random.Index(30);
            var taken = Knapsack.Solve(values, costs, budget);
            taken.Select((t, i) => t ? costs[i] : 0).Sum().ShouldBeLessThanOrEqualTo(budget);
            taken.Select((t, i) => t ? values[i] : 0).Sum().ShouldBe(BestOf(values, costs, budget));
        }
    }

    [Fact]
    [Checks(2, Of = "fedpipe")]
    public void More_budget_is_never_worth_less()
    {
        double[] values = [3, 1, 4, 1, 5, 9, 2, 6];
        long[] costs = [5, 3, 5, 8, 9, 7, 9, 3];
        var worths = Enumerable.Range(0, 51).Select(budget => Knapsack.Solve(values, costs, budget).Select((taken, i) => taken ? values[i] : 0).Sum()).ToArray();
        worths.ShouldBe(worths.Order());
        (worths[0], worths[^1]).ShouldBe((0, values.Sum()));
    }

    [Fact]
    public void Too_large_a_table_is_gone_through_by_worth_over_cost()
    {
        // Costs without a common divisor and a budget of a milliard.
        long[] costs = [1_000_000_007, 600_000_001, 400_000_009, 400_000_003];
        Knapsack.Solve([7, 6, 4.1, 4], costs, 1_000_000_010).ShouldBe([false, true, true, false]);
        Knapsack.Solve([70, 6, 4.1, 4], costs, 1_000_000_010).ShouldBe([true, false, false, false]);
        Knapsack.Solve([11, 3, 3, 6], costs, 1_000_000_008).ShouldBe([true, false, false, false], "one item is worth more than those of the best ratio");
    }

    private static double BestOf(double[] values, long[] costs, long budget)
    {
        var best = 0.0;
        for (var set = 0; set < 1 << values.Length; set++)
        {
            var chosen = Enumerable.Range(0, values.Length).Where(i => (set >> i & 1) == 1).ToArray();
            best = chosen.Sum(i => costs[i]) <= budget ? Math.Max(best, chosen.Sum(i => values[i])) : best;
        }

        return best;
    }
}
