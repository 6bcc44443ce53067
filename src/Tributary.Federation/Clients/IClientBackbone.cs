using Tributary.Learning.Adaptation;

namespace Tributary.Federation.Clients;

/// <summary>What a client trains adapters on: its base model, with the adapters that all agreed on or those that an order asks for.</summary>
public interface IClientBackbone
{
    /// <summary>Works with a model that trains these adapters, null those that all agreed on. Its values are whatever they happen to be.</summary>
    T With<T>(AdapterConfig? adaptation, Func<IClientModel, T> work);
}
