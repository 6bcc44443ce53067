using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>What each owner uses: the global model, or that with its own private tensors put in.</summary>
public sealed class ServedModels(Serving serving, ClientStateStore states)
{
    /// <summary>The owners' values for a global model.</summary>
    public Func<OwnerData, ParameterSet> For(ParameterSet global) => owner => ServingRules.For(serving, global, states.Load(owner.Id));
}
