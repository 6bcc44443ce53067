namespace Tributary.Federation.Parts.Capacities;

/// <summary>
/// Which units each of several clients trains: Σᵢₗ mᵢₗ·aᵢₗ − strength·Σᵢ﹤ⱼ ‖mᵢ − mⱼ‖₁ as large as coordinate ascent makes it, with Σₗ cₗ·mᵢₗ within each client's budget and at
/// least one unit for each (Sun et al. 2024).
/// </summary>
/// <param name="importance">What each unit is worth to each client, at least 0.</param>
/// <param name="costs">What each unit costs.</param>
/// <param name="budgets">What each client may spend, at least what the cheapest unit costs.</param>
/// <param name="strength">What a difference between two clients costs.</param>
public sealed class LayerSelection(IReadOnlyList<double[]> importance, IReadOnlyList<long> costs, IReadOnlyList<long> budgets, double strength)
{
    private const int MostSweeps = 20;

    /// <summary>The units of each client: the better end of two ascents, one from what each would choose for itself and one from a choice in common.</summary>
    public IReadOnlyList<bool[]> Solve()
    {
        var sums = costs.Select((_, unit) => importance.Sum(own => own[unit])).ToArray();
        var (apart, together) = (Ascend(importance), Ascend([.. importance.Select(_ => sums)]));
        return Objective(together) > Objective(apart) ? together : apart;
    }

    /// <summary>Each client's best units by scores of its own, without regard of the others.</summary>
    public bool[][] Start(IReadOnlyList<double[]> scores) => [.. scores.Select((own, client) => Best(own, budgets[client]))];

    /// <summary>Lets one client after another choose anew, given what the others have; whether something changed.</summary>
    public bool Sweep(bool[][] masks)
    {
        var changed = false;
        for (var client = 0; client < masks.Length; client++)
        {
            var scores = Scores(masks, client);
            var next = Best(scores, budgets[client]);
            if (Sum(scores, next) > Sum(scores, masks[client]))
            {
                (masks[client], changed) = (next, true);
            }
        }

        return changed;
    }

    /// <summary>What is to be large.</summary>
    public double Objective(IReadOnlyList<bool[]> masks)
    {
        var apart = 0L;
        for (var unit = 0; unit < costs.Count; unit++)
        {
            var holders = masks.LongCount(mask => mask[unit]);
            apart += holders * (masks.Count - holders);
        }

        return importance.Select((own, client) => Sum(own, masks[client])).Sum() - (strength * apart);
    }

    private bool[][] Ascend(IReadOnlyList<double[]> scores)
    {
        var masks = Start(scores);
        for (var sweep = 0; sweep < MostSweeps && Sweep(masks); sweep++)
        {
            // Each is at least as good as the one before.
        }

        return masks;
    }

    // What a unit adds to the objective if the client takes it: one difference less with each who has it, one more with each who has not.
    private double[] Scores(bool[][] masks, int client) =>
        [.. importance[client].Select((own, unit) => own + (strength * ((2 * masks.Where((mask, other) => other != client && mask[unit]).Count()) - (masks.Length - 1))))];

    // Units that take nothing away are taken too, as far as the budget goes.
    private bool[] Best(double[] scores, long budget)
    {
        if (scores.Length == 0)
        {
            return [];
        }

        int[] willing = [.. Enumerable.Range(0, scores.Length).Where(unit => scores[unit] >= 0 && costs[unit] <= budget)];
        if (willing.Length == 0)
        {
            var single = Enumerable.Range(0, scores.Length).Where(unit => costs[unit] <= budget).MaxBy(unit => scores[unit]);
            return [.. scores.Select((_, unit) => unit == single)];
        }

        var taken = Knapsack.Solve([.. willing.Select(unit => scores[unit])], [.. willing.Select(unit => costs[unit])], budget);
        var chosen = willing.Where((_, place) => taken[place]).ToHashSet();
        return [.. scores.Select((_, unit) => chosen.Contains(unit))];
    }

    private static double Sum(double[] values, bool[] mask) => values.Where((_, unit) => mask[unit]).Sum();
}
