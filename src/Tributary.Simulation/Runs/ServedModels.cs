using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>What each owner uses at a state of the server: the global model, or one of its own.</summary>
public sealed class ServedModels(RunPlan plan, ClientStateStore states)
{
    /// <summary>The owners' values.</summary>
    public Func<OwnerData, ParameterSet> For(ServerState state) => owner => ServingRules.Values(plan, state, owner.Id, states.Load(owner.Id));
}
