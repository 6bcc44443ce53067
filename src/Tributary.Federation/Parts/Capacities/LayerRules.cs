using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Combination;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>What each <see cref="LayerRule"/> asks of clients and gives them to train, in one place.</summary>
public static class LayerRules
{
    private const double Rounding = 1e-9;

    /// <summary>The capacity whose rule asks clients before they train; null where none does.</summary>
    public static Capacity.Layers? Probed(Capacity capacity) =>
        capacity is Capacity.Layers { Rule: LayerRule.Agreed or LayerRule.SignalToNoise or LayerRule.RelativeGradient } layers ? layers : null;

    /// <summary>The units that are chosen from.</summary>
    public static TensorUnits UnitsOf(Capacity.Layers layers, Method method, TensorLayout layout) => TensorUnits.Of(layout, method.Adaptation, layers.Unit);

    /// <summary>What a client tells of its units, by their gradients and values.</summary>
    public static HostTensor Probe(LayerRule rule, TensorUnits units, ParameterSet gradient, ParameterSet values)
    {
        var squares = units.SquaredNorms(gradient);
        var told = rule switch
        {
            LayerRule.SignalToNoise => [.. units.Units.Select((unit, place) => SignalToNoise(unit, gradient, squares[place]))],
            LayerRule.RelativeGradient => [.. squares.Zip(units.SquaredNorms(values), (slope, value) => value > 0 ? Math.Sqrt(slope / value) : 0)],
            _ => squares,
        };
        return new HostTensor(TensorUnits.ScoreKey, [units.Count], Array.ConvertAll(told, value => (float)value));
    }

    /// <summary>What a client holds before anything is asked: what its rule gives it, or everything with a budget from which the server will choose.</summary>
    internal static Holding HoldingOf(Capacity.Layers layers, Method method, double budget, string client, int version, long seed, TensorLayout layout)
    {
        if (layers.Rule is LayerRule.Full)
        {
            return Holding.Everything;
        }

        if (Probed(layers) is not null)
        {
            return new Holding(Budget: budget);
        }

        var units = UnitsOf(layers, method, layout);
        var taken = new bool[units.Count];
        var costs = units.Costs(layout, layers.Cost);
        var left = Allowance(budget, costs);
        foreach (var unit in Order(layers.Rule, units.Count, PhiloxStream.Root(seed).Child("layers").Child(version).Child(client)))
        {
            if (costs[unit] <= left)
            {
                (taken[unit], left) = (true, left - costs[unit]);
            }
        }

        return new Holding(Tensors: units.Names(layout, taken));
    }

    /// <summary>What clients hold once all have told, in their order.</summary>
    /// <param name="layers">The capacity.</param>
    /// <param name="method">The parts that hold in the round.</param>
    /// <param name="layout">What the run trains.</param>
    /// <param name="before">What they held when they were asked.</param>
    /// <param name="told">What they told.</param>
    internal static IReadOnlyList<Holding> Chosen(Capacity.Layers layers, Method method, TensorLayout layout, IReadOnlyList<Holding> before, IUpdateSource told)
    {
        var units = UnitsOf(layers, method, layout);
        var costs = units.Costs(layout, layers.Cost);
        var importance = Enumerable.Range(0, told.Count).Select(client => Importance(layers.Rule, told, client, units.Count)).ToArray();
        var strength = layers.Rule is LayerRule.Agreed agreed ? agreed.Strength : 0;
        var masks = new LayerSelection(importance, costs, [.. before.Select(holding => Allowance(holding.Budget ?? 1, costs))], strength).Solve();
        return [.. before.Zip(masks, (holding, mask) => holding with { Tensors = units.Names(layout, mask), Budget = null })];
    }

    /// <summary>
    /// Units that could be chosen for a client with that budget, so that they have as few values as possible or as many, and whether nothing else could be: how long its
    /// answer will be is not known before.
    /// </summary>
    internal static (Holding Holding, bool IsCertain) Bound(Capacity.Layers layers, Method method, TensorLayout layout, double budget, bool least)
    {
        var units = UnitsOf(layers, method, layout);
        var (costs, values) = (units.Costs(layout, layers.Cost), units.Costs(layout, UnitCost.Values));
        var allowance = Allowance(budget, costs);
        if (layers.Budgets.Concat(layers.ByClient?.Values ?? []).All(share => share >= 1))
        {
            return (Holding.Everything, true);
        }

        // Without agreement every client spends all it has; with it one unit may be all.
        var count = layers.Cost == UnitCost.One && layers.Rule is not LayerRule.Agreed { Strength: > 0 } ? (int)allowance : 1;
        var fewest = Enumerable.Range(0, units.Count).OrderBy(unit => values[unit]).Take(count).ToHashSet();
        var taken = least ? [.. values.Select((_, unit) => fewest.Contains(unit))] : Knapsack.Solve([.. values.Select(value => (double)value)], costs, allowance);
        return (new Holding(Tensors: units.Names(layout, taken)), false);
    }

    private static long Allowance(double budget, long[] costs) => Math.Max((long)Math.Floor((budget * costs.Sum()) + Rounding), costs.DefaultIfEmpty(0).Min());

    private static IEnumerable<int> Order(LayerRule rule, int count, PhiloxStream random) => rule switch
    {
        LayerRule.Top => Enumerable.Range(0, count).Reverse(),
        LayerRule.Bottom => Enumerable.Range(0, count),
        LayerRule.Both => Enumerable.Range(0, count).Select(place => place % 2 == 0 ? place / 2 : count - 1 - (place / 2)),
        LayerRule.Random => Shuffled(count, random.Sequence()),
        _ => throw new ArgumentException($"unknown rule {rule}"),
    };

    private static IEnumerable<int> Shuffled(int count, PhiloxSequence random)
    {
        double[] places = [.. Enumerable.Range(0, count).Select(_ => random.UniformDouble())];
        return Enumerable.Range(0, count).OrderBy(unit => places[unit]);
    }

    // What is not a number of worth counts for nothing.
    private static double[] Importance(LayerRule rule, IUpdateSource told, int client, int count)
    {
        var values = new float[count];
        if (told.Contains(client, MessageBody.Scores, TensorUnits.ScoreKey))
        {
            told.Read(client, MessageBody.Scores, TensorUnits.ScoreKey, 0, values);
        }

        var importance = Array.ConvertAll(values, value => float.IsFinite(value) && value > 0 ? value : 0.0);
        var sum = importance.Sum();
        return rule is LayerRule.Agreed { Normalised: true } && sum > 0 ? Array.ConvertAll(importance, value => value / sum) : importance;
    }

    private static double SignalToNoise(IReadOnlyList<TensorKey> unit, ParameterSet gradient, double square)
    {
        var (count, sum) = (0L, 0.0);
        foreach (var tensor in gradient.Where(unit.Contains))
        {
            count += tensor.Values.Length;
            sum += tensor.Values.Sum(value => (double)value);
        }

        var mean = count == 0 ? 0 : sum / count;
        var variance = count == 0 ? 0 : (square / count) - (mean * mean);
        return variance > 0 ? Math.Abs(mean) / Math.Sqrt(variance) : 0;
    }
}
