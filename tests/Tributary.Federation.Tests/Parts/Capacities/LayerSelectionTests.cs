using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Tests.Methods;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Tests.Parts.Capacities;

public sealed class LayerSelectionTests
{
    private const int Units = 7;

    [Fact]
    [Checks(3, Of = "selective-layer-ft")]
    public void Without_agreement_every_client_has_its_own_best()
    {
        foreach (var random in Draws(50))
        {
            var (importance, budgets) = Case(random, clients: 5);
            var masks = new LayerSelection(importance, Ones, budgets, strength: 0).Solve();
            for (var client = 0; client < masks.Count; client++)
            {
                ChosenIn(masks[client]).ShouldBe(Largest(importance[client], (int)budgets[client]));
            }
        }
    }

    [Fact]
    [Checks(4, Of = "selective-layer-ft")]
    public void With_much_agreement_and_equal_budgets_all_have_the_best_of_the_sums()
    {
        foreach (var random in Draws(50))
        {
            var (importance, _) = Case(random, clients: 6);
            var masks = new LayerSelection(importance, Ones, [.. importance.Select(_ => 3L)], strength: 1e6).Solve();
            int[] common = Largest([.. Enumerable.Range(0, Units).Select(unit => importance.Sum(own => own[unit]))], 3);
            masks.ShouldAllBe(mask => ChosenIn(mask).SequenceEqual(common));
        }
    }

    [Fact]
    [Checks(5, Of = "selective-layer-ft")]
    public void No_sweep_makes_the_objective_less_and_the_ascent_ends()
    {
        var moved = 0;
        foreach (var random in Draws(100))
        {
            var (importance, budgets) = Case(random, clients: 6);
            long[] costs = [.. Enumerable.Range(0, Units).Select(_ => 1L + random.Index(4))];
            var selection = new LayerSelection(importance, costs, [.. budgets.Select(budget => budget + 3)], strength: 0.3 * random.UniformDouble());
            var masks = selection.Start(importance);
            var before = selection.Objective(masks);
            var sweeps = 0;
            while (selection.Sweep(masks))
            {
                var after = selection.Objective(masks);
                after.ShouldBeGreaterThan(before - 1e-12);
                before = after;
                (++sweeps).ShouldBeLessThan(20);
            }

            moved += sweeps;
            selection.Objective(selection.Solve()).ShouldBeGreaterThanOrEqualTo(before - 1e-12);
            masks.Zip(budgets).ShouldAllBe(pair => ChosenIn(pair.First).Sum(unit => costs[unit]) <= pair.Second + 3 && ChosenIn(pair.First).Length > 0);
        }

        moved.ShouldBeGreaterThan(50, "most starts are not where the ascent ends");
    }

    [Fact]
    public void Two_clients_and_two_units_are_as_good_as_trying_everything()
    {
        foreach (var random in Draws(100))
        {
            var (importance, _) = Case(random, clients: 2);
            importance = [.. importance.Select(own => own[..2])];
            var selection = new LayerSelection(importance, [1, 1], [1, 1], strength: random.UniformDouble());
            bool[][] single = [[true, false], [false, true]];
            var best = single.SelectMany(first => single.Select(second => selection.Objective([first, second]))).Max();
            selection.Objective(selection.Solve()).ShouldBe(best, 1e-12);
        }
    }

    [Fact]
    public void A_difference_costs_its_strength_for_each_pair_of_clients()
    {
        // Unit 0 is held by two of three: two pairs differ in it; unit 1 by one: two pairs.
        var selection = new LayerSelection([[1, 2], [3, 4], [5, 6]], [1, 1], [2, 2, 2], strength: 0.5);
        selection.Objective([[true, false], [true, true], [false, false]]).ShouldBe(1 + 3 + 4 - (0.5 * 4));
    }

    [Fact]
    public void Every_client_has_a_unit_also_where_none_is_worth_its_difference()
    {
        var masks = new LayerSelection([[0, 0, 0], [1, 0, 0], [0, 0, 1]], [2, 1, 2], [1, 2, 2], strength: 0.1).Solve();
        masks.ShouldAllBe(mask => mask.Any(taken => taken));
        ChosenIn(masks[0]).ShouldBe([1], "the others are dearer than its budget");
    }

    private static long[] Ones => [.. Enumerable.Repeat(1L, Units)];

    private static IEnumerable<PhiloxSequence> Draws(int count) => Enumerable.Range(0, count).Select(seed => new PhiloxSequence(new Philox((ulong)seed)));

    private static (double[][] Importance, long[] Budgets) Case(PhiloxSequence random, int clients)
    {
        double[][] importance = [.. Enumerable.Range(0, clients).Select(_ => Enumerable.Range(0, Units).Select(_ => random.UniformDouble()).ToArray())];
        return (importance, [.. Enumerable.Range(0, clients).Select(_ => 1L + random.Index(Units))]);
    }

    private static int[] ChosenIn(bool[] mask) => [.. Enumerable.Range(0, mask.Length).Where(unit => mask[unit])];

    private static int[] Largest(double[] values, int count) => [.. Enumerable.Range(0, values.Length).OrderByDescending(unit => values[unit]).Take(count).Order()];
}
