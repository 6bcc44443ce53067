using Tributary.Federation.Clients;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>What each owner uses at a state of the server: the global model, or one of its own.</summary>
public sealed class ServedModels(RunPlan plan, ClientStateStore states)
{
    private readonly NeighbourStores stores = new();

    /// <summary>Makes a learner what an owner uses.</summary>
    public Func<OwnerData, Learner, ServedModel> For(ServerState state) =>
        (owner, learner) => ServingRules.Serve(plan, state, owner.Id, states.Load(owner.Id), new LearnerModel(learner), owner.Train, stores);
}
