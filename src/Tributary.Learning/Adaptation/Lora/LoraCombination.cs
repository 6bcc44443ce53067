using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>
/// Several LoRA adapters of one model joined into one, with weights, as PEFT's add_weighted_adapter does. The result's scale is 1 (alpha = rank). A module that some of them lack
/// is joined from those that have it.
/// </summary>
public sealed class LoraCombination
{
    private readonly LanguageModel model;
    private readonly IReadOnlyList<(LoraAdapter Adapter, ParameterSet Values)> parts;
    private readonly IReadOnlyList<double> weights;

    /// <summary>Takes the adapters and a weight for each.</summary>
    /// <exception cref="InputException">One of them is DoRA or also trains biases or whole modules, which cannot be joined like low-rank updates.</exception>
    public LoraCombination(LanguageModel model, IReadOnlyList<(LoraAdapter Adapter, ParameterSet Values)> parts, IReadOnlyList<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Count, parts.Count);
        if (parts.FirstOrDefault(p => p.Adapter.Config.Dora || p.Adapter.Biases.Count + p.Adapter.SavedModules.Count > 0).Adapter is { } other)
        {
            throw new InputException($"adapter {other.Name} trains more than low-rank factors (DoRA, biases or whole modules), which cannot be combined; activate the adapters together");
        }

        (this.model, this.parts, this.weights) = (model, parts, weights);
    }

    /// <summary>"cat": factors one below the other; exactly Σ weightₖ · ΔWₖ, of a rank that is the sum of theirs.</summary>
    public (LoraAdapter Adapter, ParameterSet Values) Stacked(string name = TensorKey.DefaultAdapter) => Join(name, LoraFactors.Stack);

    /// <summary>"linear": Aₖ and Bₖ summed with √(weightₖ · scaleₖ) each, so that the product has cross terms: not the weighted sum of the updates.</summary>
    public (LoraAdapter Adapter, ParameterSet Values) Averaged(string name = TensorKey.DefaultAdapter) => Join(
        name, (factors, shares) => LoraFactors.ZeroPaddedMean(factors, [.. factors.Zip(shares, (f, share) => Math.Sqrt(share * f.Scale))]));

    /// <summary>"svd": the best factors of that rank for Σ weightₖ · ΔWₖ (Eckart and Young 1936).</summary>
    public (LoraAdapter Adapter, ParameterSet Values) Truncated(int rank, string name = TensorKey.DefaultAdapter) =>
        Join(name, (factors, shares) => LoraFactors.Stack(factors, shares).Truncated(rank));

    private (LoraAdapter Adapter, ParameterSet Values) Join(string name, Func<IReadOnlyList<LoraFactors>, IReadOnlyList<double>, LoraFactors> join)
    {
        var modules = parts.SelectMany(p => p.Adapter.Sites).Select(s => s.Module).Distinct().ToArray();
        var joined = modules.ToDictionary(m => m, m => Join(m, join));
        var rank = joined.Values.Max(f => f.A.Rows);
        var config = new LoraConfig(rank, rank, Targets: [.. modules.Select(m => m.Path)]) { TaskType = parts[0].Adapter.Config.TaskType };
        var adapter = new LoraAdapter(config, model, name);
        return (adapter, new ParameterSet(adapter.Sites.SelectMany(site =>
        {
            var padded = joined[site.Module].Padded(rank);
            return new[] { Tensor(site.A, padded.A), Tensor(site.B, padded.B) };
        })));
    }

    private LoraFactors Join(IWeightedModule module, Func<IReadOnlyList<LoraFactors>, IReadOnlyList<double>, LoraFactors> join)
    {
        var factors = new List<LoraFactors>();
        var shares = new List<double>();
        for (var k = 0; k < parts.Count; k++)
        {
            if (parts[k].Adapter.Sites.FirstOrDefault(s => s.Module == module) is { } site)
            {
                factors.Add(site.Factors(parts[k].Values));
                shares.Add(weights[k]);
            }
        }

        return join(factors, shares);
    }

    private static HostTensor Tensor(TensorKey key, HostMatrix values) => new(key, [values.Rows, values.Columns], values.ToSingles());
}
