using Tributary.Learning.Adaptation;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Clients;

/// <summary>What a client trains adapters on: its base model, with the adapters that all agreed on or those that an order asks for.</summary>
public interface IClientBackbone
{
    /// <summary>Works with a model that trains these adapters, null those that all agreed on. Its values are whatever they happen to be.</summary>
    /// <param name="adaptation">The adapters.</param>
    /// <param name="leftOut">Blocks that the model is made without; null is none.</param>
    /// <param name="updates">Fixed updates of the base's weights, none when empty.</param>
    /// <param name="work">What is done with it.</param>
    T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work);
}
