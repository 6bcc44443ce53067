using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation;

/// <summary>One named adapter resolved against a model: which tensors it brings, what they begin as, and where they act.</summary>
public interface IAdapter
{
    /// <summary>The adapter's name.</summary>
    string Name { get; }

    /// <summary>The settings it was made from.</summary>
    AdapterConfig Config { get; }

    /// <summary>Its tensors: key and shape, in the ecosystem's layout.</summary>
    IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>The values that training begins from, a function of the seed alone.</summary>
    ParameterSet Initial(LanguageModel model, ulong seed);

    /// <summary>
    /// Points the model's modules at the tensors' device values. At every place where the adapter acts the result is base + <paramref name="weight"/> · (adapted − base).
    /// </summary>
    /// <exception cref="Numerics.InputException">The weight is not 1 and the adapter brings whole tensors, or another adapter of the set has taken the place.</exception>
    void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1);
}
