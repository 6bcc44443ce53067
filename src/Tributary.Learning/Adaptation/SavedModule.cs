using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation;

/// <summary>A module that a client trains and keeps whole (PEFT's modules_to_save).</summary>
public sealed record SavedModule(IWeightedModule Module, TensorKey Weight, TensorKey? Bias)
{
    internal IEnumerable<(TensorKey Key, int[] Shape)> Tensors
    {
        get
        {
            yield return (Weight, Module.Weight.Shape);
            if (Bias is { } key)
            {
                yield return (key, ((Linear)Module).Bias!.Shape);
            }
        }
    }

    internal IEnumerable<HostTensor> Initial()
    {
        yield return new HostTensor(Weight, Module.Weight.Shape, Module.Weight.ReadValues());
        if (Bias is { } key)
        {
            yield return new HostTensor(key, ((Linear)Module).Bias!.Shape, ((Linear)Module).Bias!.ReadValues());
        }
    }

    internal void Attach(AdapterSet set, Func<TensorKey, Parameter> find)
    {
        set.SaveWeight(Module, find(Weight));
        if (Bias is { } key)
        {
            set.SaveBias(Module, find(key));
        }
    }
}
