using Tributary.Federation.Messages;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>The units of which clients train some, in the order of the model; tensors outside its blocks belong to none.</summary>
/// <param name="Units">The tensors of each unit.</param>
public sealed record TensorUnits(IReadOnlyList<IReadOnlyList<TensorKey>> Units)
{
    /// <summary>Their number.</summary>
    public int Count => Units.Count;

    /// <summary>The units of a layout.</summary>
    public static TensorUnits Of(TensorLayout layout, AdapterConfig adaptation, UnitKind kind)
    {
        TensorKey[] keys = [.. layout.Tensors.Select(tensor => tensor.Key).Where(key => key.Layer >= 0)];
        var partners = LoraPair.Among(keys, adaptation).ToDictionary(pair => pair.B, pair => pair.A);
        return new([.. keys
            .GroupBy(key => kind == UnitKind.Block ? $"{key.Layer:D6}" : $"{key.Layer:D6} {partners.GetValueOrDefault(key, key).WireName}", StringComparer.Ordinal)
            .OrderBy(unit => unit.Key, StringComparer.Ordinal)
            .Select(IReadOnlyList<TensorKey> (unit) => [.. unit])]);
    }

    /// <summary>A tensor with a number for each unit.</summary>
    public TensorLayout ScoreLayout => new([(ScoreKey, [Count])]);

    /// <summary>The name of that tensor.</summary>
    public static TensorKey ScoreKey { get; } = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "scores", "units");

    /// <summary>That tensor with zeros.</summary>
    public ParameterSet NoScores => new([HostTensor.Zeros(ScoreKey, [Count])]);

    /// <summary>The names of the tensors of the marked units, and of those outside the blocks.</summary>
    public IReadOnlyList<string> Names(TensorLayout layout, IReadOnlyList<bool> taken)
    {
        var left = Units.Where((_, unit) => !taken[unit]).SelectMany(unit => unit).ToHashSet();
        return [.. layout.Tensors.Select(tensor => tensor.Key).Where(key => !left.Contains(key)).Select(key => key.WireName)];
    }

    /// <summary>What training each unit costs.</summary>
    public long[] Costs(TensorLayout layout, UnitCost cost)
    {
        int[] blocks = [.. Units.Select(unit => unit[0].Layer).Distinct().Order()];
        var values = layout.Tensors.ToDictionary(tensor => tensor.Key, tensor => (long)HostTensor.Count(tensor.Shape));
        return cost switch
        {
            UnitCost.Depth => [.. Units.Select(unit => (long)(blocks.Length - Array.IndexOf(blocks, unit[0].Layer)))],
            UnitCost.Values => [.. Units.Select(unit => unit.Sum(key => values[key]))],
            UnitCost.One => [.. Units.Select(_ => 1L)],
            _ => throw new ArgumentException($"unknown cost {cost}"),
        };
    }

    /// <summary>The squared norm of each unit's part of a set; tensors that it lacks count for nothing.</summary>
    public double[] SquaredNorms(ParameterSet set) =>
        [.. Units.Select(unit => unit.Sum(key => set.TryGet(key, out var tensor) ? tensor.Values.Sum(value => (double)value * value) : 0))];
}
