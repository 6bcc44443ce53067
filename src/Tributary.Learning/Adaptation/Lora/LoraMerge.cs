using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>Adds adapters into base weights: W + scale · B A (transposed for Conv1D), on the host, in double.</summary>
public static class LoraMerge
{
    /// <summary>
    /// Every tensor of the merged model under its Hugging Face name. A tied output layer that was adapted or saved by itself is written as its own tensor; the caller must
    /// then write a configuration that is not tied (<see cref="Unties"/>).
    /// </summary>
    public static ParameterSet Merge(LanguageModel model, IReadOnlyList<(LoraAdapter Adapter, ParameterSet Values)> adapters)
    {
        var merged = model.Tensors.ToDictionary(t => t.Key.Name, t => new HostTensor(t.Key, t.Shape, t.ReadValues()), StringComparer.Ordinal);
        if (Unties(model, adapters.Select(a => a.Adapter)))
        {
            var own = model.Head.Path + ".weight";
            merged.TryAdd(own, new HostTensor(model.Head.Weight.Key with { Name = own, Role = "head" }, model.Head.Weight.Shape, model.Head.Weight.ReadValues()));
        }

        foreach (var (adapter, values) in adapters)
        {
            foreach (var module in adapter.SavedModules)
            {
                Save(merged, module, values);
            }

            foreach (var site in adapter.Sites)
            {
                Add(Target(merged, site.Module), site, Values(values, site.A), Values(values, site.B));
            }
        }

        return new ParameterSet(merged.Values);
    }

    /// <summary>True when merging gives a tied module weights of its own.</summary>
    public static bool Unties(LanguageModel model, IEnumerable<LoraAdapter> adapters)
    {
        bool IsTied(IWeightedModule module) => model.Modules.OfType<IWeightedModule>().Count(m => m.Weight == module.Weight) > 1;
        return adapters.Any(a => a.Sites.Any(s => IsTied(s.Module)) || a.SavedModules.Any(s => IsTied(s.Module)));
    }

    /// <summary>scale · B A of a linear site as [outputs, inputs], or transposed; of an embedding as [rows, width].</summary>
    public static float[] Delta(LoraSite site, HostTensor a, HostTensor b)
    {
        var transposed = site.Module is Embedding or Linear { Weight.InputsFirst: true };
        var (outputs, inputs) = (b.Shape[0], a.Shape[1]);
        var delta = new float[outputs * inputs];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                var sum = 0.0;
                for (var r = 0; r < site.Rank; r++)
                {
                    sum += (double)b.Values[(o * site.Rank) + r] * a.Values[(r * inputs) + i];
                }

                delta[transposed ? (i * outputs) + o : (o * inputs) + i] = (float)(site.Scale * sum);
            }
        }

        return delta;
    }

    private static void Add(HostTensor weight, LoraSite site, HostTensor a, HostTensor b)
    {
        var delta = Delta(site, a, b);
        for (var i = 0; i < delta.Length; i++)
        {
            weight.Values[i] += delta[i];
        }
    }

    private static void Save(Dictionary<string, HostTensor> merged, SavedModule module, ParameterSet values)
    {
        Values(values, module.Weight).Values.CopyTo(Target(merged, module.Module).Values, 0);
        if (module.Bias is { } bias && module.Module is Linear { Bias: { } baseBias })
        {
            Values(values, bias).Values.CopyTo(merged[baseBias.Key.Name].Values, 0);
        }
    }

    private static HostTensor Target(Dictionary<string, HostTensor> merged, IModule module) => merged[module.Path + ".weight"];

    private static HostTensor Values(ParameterSet set, TensorKey key) => set.TryGet(key, out var tensor) ? tensor : throw new ArgumentException($"no values for {key.WireName}");
}
