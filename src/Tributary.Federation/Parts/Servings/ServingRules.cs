using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Dispatches;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Servings;

/// <summary>What each <see cref="Serving"/> gives a client in the end, in one place.</summary>
public static class ServingRules
{
    /// <summary>The tensors a client uses, and the updates of its base.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="state">The server's state.</param>
    /// <param name="client">The client.</param>
    /// <param name="kept">Its promoted state.</param>
    /// <param name="initial">What its adapters begin as, where the server does not know all of their tensors.</param>
    public static ParameterSet Values(RunPlan plan, ServerState state, string client, MessageBody kept, ParameterSet? initial = null)
    {
        var received = plan.Method.Serving is Serving.ReceivedAndPrivate ? Received(plan, state, client) : MessageBody.Empty;
        var own = Trained(plan, state, received, kept, initial);
        var updates = received.Sections.TryGetValue(MessageBody.Base, out var sent) ? sent : state.Base;
        return updates.Count == 0 ? own : new ParameterSet(own.Concat(updates));
    }

    private static ParameterSet Trained(RunPlan plan, ServerState state, MessageBody received, MessageBody kept, ParameterSet? initial) => plan.Method.Serving switch
    {
        Serving.Global { Density: < 1 } sparse => LargestEntries.Alone(state.Model, sparse.Density),
        Serving.Global or Serving.Neighbours => state.Model,
        Serving.GlobalAndPrivate or Serving.Fused or Serving.ByInput => (initial?.ReplacedBy(state.Model) ?? state.Model).ReplacedBy(kept.Section(LocalProgramRunner.PrivateSection)),
        Serving.OwnEntries => OfOwnEntries(state.Model, kept.Section(EntryPruning.Section)),
        Serving.ReceivedAndPrivate when plan.Method.Capacity is Capacity.Experts => received.Section(MessageBody.Parameters).MergedWith(kept.Section(LocalProgramRunner.PrivateSection)),
        Serving.ReceivedAndPrivate => (initial?.ReplacedBy(state.Model) ?? state.Model).ReplacedBy(received.Section(MessageBody.Parameters)).ReplacedBy(kept.Section(LocalProgramRunner.PrivateSection)),
        _ => throw new ArgumentException($"unknown serving {plan.Method.Serving}"),
    };

    private static ParameterSet OfOwnEntries(ParameterSet model, ParameterSet entries) => new(model.Select(tensor =>
        entries.TryGet(tensor.Key, out var own) ? tensor with { Values = [.. tensor.Values.Zip(own.Values, (value, has) => value * has)] } : tensor));

    /// <summary>Makes a model what a client uses.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="state">The server's state.</param>
    /// <param name="client">The client.</param>
    /// <param name="kept">Its promoted state.</param>
    /// <param name="model">The model; its values are overwritten.</param>
    /// <param name="data">The client's training samples, for what is chosen by them.</param>
    /// <param name="stores">Where states of samples are kept from one use to the next; null keeps none.</param>
    /// <param name="initial">What its adapters begin as, where the server does not know all of their tensors.</param>
    public static ServedModel Serve(
        RunPlan plan, ServerState state, string client, MessageBody kept, IClientModel model, TokenizedDataset data, NeighbourStores? stores = null, ParameterSet? initial = null)
    {
        var values = Values(plan, state, client, kept, initial);
        if (plan.Method.Serving is Serving.Fused fused)
        {
            new AdapterFusion(fused, values).Search(model, data);
            return new ServedModel(model);
        }

        model.Write(values);
        return new ServedModel(model, plan.Method.Serving switch
        {
            Serving.ByInput byInput => new InputMixture(byInput, model, data, PhiloxStream.Root(plan.Seed).Child("serving").Child(client)),
            Serving.Neighbours neighbours => new NeighbourInterpolation(neighbours, model, stores?.Of(state, client, Store) ?? Store()),
            _ => null,
        });

        NeighbourStore Store() => new(model, data, state.Version);
    }

    /// <summary>The adapters that a client uses in the end where they are not those of all; null where they are.</summary>
    public static AdapterConfig? OwnAdaptation(RunPlan plan, ServerState state, string client) =>
        plan is { Method: { Serving: Serving.ReceivedAndPrivate, Capacity: Capacity.Experts } method } ? CapacityRules.OwnAdaptation(method, NextHolding(plan, state, client)) : null;

    private static MessageBody Received(RunPlan plan, ServerState state, string client) =>
        DispatchRules.Body(plan.Method.At(state.Version + 1), state, NextHolding(plan, state, client), client);

    private static Holding NextHolding(RunPlan plan, ServerState state, string client) =>
        CapacityRules.HoldingOf(plan.Method.At(state.Version + 1), client, plan.Clients, plan.Seed, state.Body, state.Version, plan.Clients, plan.Layout);
}
