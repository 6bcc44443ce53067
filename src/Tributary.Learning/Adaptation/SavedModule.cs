using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation;

/// <summary>A module that a client trains and keeps whole (PEFT's modules_to_save).</summary>
public sealed record SavedModule(IWeightedModule Module, TensorKey Weight, TensorKey? Bias)
{
    /// <summary>A copy of a module under an adapter's name, its tensors named <paramref name="prefix"/> + path + ".weight" and ".bias".</summary>
    public static SavedModule Of(IWeightedModule module, string adapter, string prefix)
    {
        var key = new TensorKey(TensorKey.MainModel, adapter, module.Layer, "head", prefix + module.Path + ".weight");
        return new SavedModule(module, key, module.Bias is null ? null : key with { Name = prefix + module.Path + ".bias" });
    }

    internal IEnumerable<(TensorKey Key, int[] Shape)> Tensors => Parts.Select(p => (p.Key, p.Base.Shape));

    private IEnumerable<(TensorKey Key, Models.BaseTensor Base)> Parts => Bias is { } bias ? [(Weight, Module.Weight), (bias, Module.Bias!)] : [(Weight, Module.Weight)];

    internal IEnumerable<HostTensor> Initial() => Parts.Select(p => new HostTensor(p.Key, p.Base.Shape, p.Base.ReadValues()));

    internal void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight)
    {
        RequireWhole(Weight, weight);
        set.SaveWeight(Module, find(Weight));
        if (Bias is { } bias)
        {
            set.SaveBias(Module, find(bias));
        }
    }

    /// <summary>Refuses a weight other than 1 for a tensor that stands in for another.</summary>
    internal static void RequireWhole(TensorKey key, float weight)
    {
        if (weight != 1)
        {
            throw new InputException($"adapter {key.Adapter} brings {key.Name} whole, so its weight can only be 0 or 1, not {weight:R}; merge it into the model to mix it");
        }
    }
}
