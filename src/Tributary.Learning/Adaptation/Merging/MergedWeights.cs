using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Merging;

/// <summary>
/// The base weights of a model on the host while adapters are merged into them, under their Hugging Face names: the values of the model's files, however the base is kept
/// while training. A module that is tied to another and changed by itself gets a tensor of its own; the model's configuration must then say that nothing is tied
/// (<see cref="Unties"/>).
/// </summary>
public sealed class MergedWeights
{
    private readonly LanguageModel model;
    private readonly Dictionary<string, HostTensor> tensors;

    /// <summary>Reads every base weight.</summary>
    public MergedWeights(LanguageModel model)
    {
        this.model = model;
        tensors = model.Tensors.ToDictionary(t => t.Key.Name, t => new HostTensor(t.Key, t.Shape, t.ReadValues()), StringComparer.Ordinal);
    }

    /// <summary>True when a module that was tied has a weight of its own.</summary>
    public bool Unties { get; private set; }

    /// <summary>The weights with these adapters merged in.</summary>
    /// <exception cref="InputException">One of them cannot be merged.</exception>
    public static MergedWeights Of(LanguageModel model, IEnumerable<(IAdapter Adapter, ParameterSet Values)> adapters)
    {
        var merged = new MergedWeights(model);
        foreach (var (adapter, values) in adapters)
        {
            var mergeable = adapter as IMergeable
                ?? throw new InputException($"adapter {adapter.Name} is not a change of weights, so it cannot be merged into them; write it as an adapter folder (--to peft)");
            mergeable.Merge(merged, values);
        }

        return merged;
    }

    /// <summary>All tensors.</summary>
    public ParameterSet ToSet() => new(tensors.Values);

    /// <summary>The module's weight, to be changed in place without changing that of a module tied to it.</summary>
    public HostTensor WeightOf(IWeightedModule module)
    {
        var shared = tensors[module.Weight.Key.Name];
        foreach (var tied in model.Modules.OfType<IWeightedModule>().Where(m => m.Weight == module.Weight && OwnName(m) != module.Weight.Key.Name))
        {
            var name = OwnName(tied);
            Unties |= tensors.TryAdd(name, shared.Copy() with { Key = shared.Key with { Name = name, Layer = tied.Layer } });
        }

        return tensors[OwnName(module)];
    }

    /// <summary>A base tensor, to be changed in place wherever it is used.</summary>
    public HostTensor Of(BaseTensor tensor) => tensors[tensor.Key.Name];

    internal void Add(IWeightedModule module, double[] delta, double sign)
    {
        var weight = WeightOf(module).Values;
        for (var i = 0; i < delta.Length; i++)
        {
            weight[i] = (float)(weight[i] + (sign * delta[i]));
        }
    }

    internal void Save(IEnumerable<SavedModule> modules, ParameterSet values)
    {
        foreach (var saved in modules)
        {
            Put(values[saved.Weight].Values, WeightOf(saved.Module));
            if (saved.Bias is { } bias)
            {
                Put(values[bias].Values, Of(saved.Module.Bias!));
            }
        }
    }

    internal void Replace(IEnumerable<(BaseTensor Base, TensorKey Key)> replaced, ParameterSet values)
    {
        foreach (var (tensor, key) in replaced)
        {
            Put(values[key].Values, Of(tensor));
        }
    }

    internal void Restore(IEnumerable<SavedModule> modules)
    {
        foreach (var saved in modules)
        {
            Put(saved.Module.Weight.ReadValues(), WeightOf(saved.Module));
            Restore(saved.Module.Bias is { } bias ? [bias] : []);
        }
    }

    internal void Restore(IEnumerable<BaseTensor> replaced)
    {
        foreach (var tensor in replaced)
        {
            Put(tensor.ReadValues(), Of(tensor));
        }
    }

    private static string OwnName(IWeightedModule module) => module.Path + ".weight";

    private static void Put(float[] values, HostTensor tensor) => values.CopyTo(tensor.Values, 0);
}
