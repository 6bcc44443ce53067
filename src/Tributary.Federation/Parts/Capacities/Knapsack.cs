namespace Tributary.Federation.Parts.Capacities;

/// <summary>The 0/1 knapsack: which items are worth most together within a budget.</summary>
public static class Knapsack
{
    private const long MostCells = 1 << 24;

    /// <summary>
    /// Marks the items to take, of equal choices the one with the earlier items. Exact by dynamic programming over the budget; where items times budget pass 16 million even
    /// after division by the costs' common divisor, by worth over cost, or the one most worthy item if that is better.
    /// </summary>
    /// <param name="values">What each item is worth, at least 0.</param>
    /// <param name="costs">What each item costs, at least 1.</param>
    /// <param name="budget">What all taken may cost together.</param>
    public static bool[] Solve(IReadOnlyList<double> values, IReadOnlyList<long> costs, long budget)
    {
        var divisor = costs.DefaultIfEmpty(1).Aggregate(GreatestCommonDivisor);
        long[] units = [.. costs.Select(cost => cost / divisor)];
        var most = Math.Min(Math.Max(budget, 0) / divisor, units.Sum());
        return (most + 1) * values.Count <= MostCells ? Exact(values, units, (int)most) : Greedy(values, units, most);
    }

    private static bool[] Exact(IReadOnlyList<double> values, long[] costs, int budget)
    {
        // best[i][b]: worth of items i… within b, so that reading it from the first item on prefers the earlier ones.
        var best = new double[values.Count + 1][];
        best[^1] = new double[budget + 1];
        for (var i = values.Count - 1; i >= 0; i--)
        {
            best[i] = new double[budget + 1];
            for (var b = 0; b <= budget; b++)
            {
                best[i][b] = costs[i] <= b ? Math.Max(best[i + 1][b], values[i] + best[i + 1][b - costs[i]]) : best[i + 1][b];
            }
        }

        var taken = new bool[values.Count];
        for (int i = 0, left = budget; i < taken.Length; i++)
        {
            taken[i] = costs[i] <= left && values[i] + best[i + 1][left - costs[i]] == best[i][left];
            left -= taken[i] ? (int)costs[i] : 0;
        }

        return taken;
    }

    private static bool[] Greedy(IReadOnlyList<double> values, long[] costs, long budget)
    {
        var (taken, worth, left) = (new bool[values.Count], 0.0, budget);
        foreach (var i in Enumerable.Range(0, values.Count).OrderByDescending(i => values[i] / costs[i]))
        {
            if (costs[i] <= left)
            {
                (taken[i], worth, left) = (true, worth + values[i], left - costs[i]);
            }
        }

        int[] fitting = [.. Enumerable.Range(0, values.Count).Where(i => costs[i] <= budget)];
        var single = fitting.Length == 0 ? -1 : fitting.MaxBy(i => values[i]);
        return single >= 0 && values[single] > worth ? [.. taken.Select((_, i) => i == single)] : taken;
    }

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
