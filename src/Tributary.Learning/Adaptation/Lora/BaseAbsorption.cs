using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>Adapters and updates of base weights, as adapters alone: what a folder can hold that goes with the base model as it was published.</summary>
public static class BaseAbsorption
{
    /// <summary>Adapters that do with the unchanged base what these values do: where a LoRA module's base has an update, its factors below the module's own, scale 1.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapters">Its adapters.</param>
    /// <param name="values">Their values, and updates of base weights.</param>
    public static (IReadOnlyList<IAdapter> Adapters, ParameterSet Values) Absorb(LanguageModel model, IReadOnlyList<IAdapter> adapters, ParameterSet values)
    {
        if (!values.Any(tensor => BaseUpdate.IsPart(tensor.Key)))
        {
            return (adapters, values);
        }

        var made = adapters.Select(adapter => adapter is LoraAdapter lora ? Absorb(model, lora, values) : (adapter, new ParameterSet(adapter.Tensors.Select(t => values[t.Key])))).ToArray();
        return ([.. made.Select(m => m.Item1)], new ParameterSet(made.SelectMany(m => m.Item2)));
    }

    private static (IAdapter Adapter, ParameterSet Values) Absorb(LanguageModel model, LoraAdapter adapter, ParameterSet values)
    {
        var joined = adapter.Sites.ToDictionary(site => site.A, site => Joined(site, values));
        var rank = joined.Values.Max(factors => factors.A.Rows);
        var config = adapter.Config with { Rank = rank, Alpha = rank, RankStabilised = false, RankPattern = null, AlphaPattern = null };
        var larger = new LoraAdapter(config, model, adapter.Name);
        var factors = larger.Sites.SelectMany(site =>
        {
            var padded = joined[site.A].Padded(rank);
            return new[] { new HostTensor(site.A, [rank, padded.A.Columns], padded.A.ToSingles()), new HostTensor(site.B, [padded.B.Rows, rank], padded.B.ToSingles()) };
        }).ToArray();
        var written = factors.Select(tensor => tensor.Key).ToHashSet();
        return (larger, new ParameterSet(factors.Concat(larger.Tensors.Where(tensor => !written.Contains(tensor.Key)).Select(tensor => values[tensor.Key]))));
    }

    // More ranks than the matrix has are none.
    private static LoraFactors Joined(LoraSite site, ParameterSet values)
    {
        var own = site.Factors(values);
        var all = site.BaseUpdate.In(values) is { } update ? LoraFactors.Stack([own, update], [1, 1]) : LoraFactors.Stack([own], [1]);
        return all.A.Rows <= Math.Min(all.A.Columns, all.B.Rows) ? all : LoraFactors.OfWhole(all.Product());
    }
}
