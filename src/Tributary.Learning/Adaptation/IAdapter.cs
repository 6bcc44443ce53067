using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation;

/// <summary>One named adapter resolved against a model: which tensors it brings, what they begin as, and where they act.</summary>
public interface IAdapter
{
    /// <summary>The adapter's name.</summary>
    string Name { get; }

    /// <summary>Its tensors: key and shape, in the ecosystem's layout.</summary>
    IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>The values that training begins from, a function of the seed alone.</summary>
    ParameterSet Initial(LanguageModel model, ulong seed);

    /// <summary>Points the model's modules at the tensors' device values.</summary>
    void Attach(AdapterSet set, Func<TensorKey, Parameter> find);
}

/// <summary>Something an adapter adds to a linear layer.</summary>
public interface IBranch
{
    /// <summary>Changes y, the output for x, in place or into a new value.</summary>
    Var Apply(Pass pass, Var x, Var y);

    /// <summary>The same for an embedding: y is the row of each id.</summary>
    Var Apply(Pass pass, ReadOnlyMemory<int> ids, Var y);
}
