using Tributary.Federation.Clients;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>What an owner uses, in the learner that holds it: one that learners share, or its own where it has other adapters.</summary>
/// <param name="Learner">The learner.</param>
/// <param name="Model">The model in it.</param>
/// <param name="Own">What is disposed of with it; null is nothing.</param>
public sealed record OwnersModel(Learner Learner, ServedModel Model, IDisposable? Own = null) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Own?.Dispose();
    }
}

/// <summary>What each owner uses at a state of the server: the global model, or one of its own.</summary>
public sealed class ServedModels(RunPlan plan, HeldBases bases)
{
    private readonly NeighbourStores stores = new();

    /// <summary>Makes a learner what an owner uses.</summary>
    public Func<OwnerData, Learner, OwnersModel> For(ServerState state) => (owner, learner) =>
    {
        var own = ServingRules.OwnAdaptation(plan, state, owner.Id) is { } adaptation ? learner.Sibling(adaptation.ForTask(learner.Model.Shape.Task).Resolve(learner.Model)) : null;
        var used = own ?? learner;
        var held = bases.Of(owner.Id);
        return new OwnersModel(used, ServingRules.Serve(plan, state, owner.Id, held.States.Load(owner.Id), new LearnerModel(used), owner.Train, stores, bases.AreAlike ? null : held.Initial), own);
    };
}
