using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Dispatches;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Servings;

/// <summary>What each <see cref="Serving"/> gives a client in the end, in one place.</summary>
public static class ServingRules
{
    /// <summary>The tensors a client uses, and the updates of its base.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="state">The server's state.</param>
    /// <param name="client">The client.</param>
    /// <param name="kept">Its promoted state.</param>
    public static ParameterSet Values(RunPlan plan, ServerState state, string client, MessageBody kept)
    {
        var own = Trained(plan, state, client, kept);
        return state.Base.Count == 0 ? own : new ParameterSet(own.Concat(state.Base));
    }

    private static ParameterSet Trained(RunPlan plan, ServerState state, string client, MessageBody kept) => plan.Method.Serving switch
    {
        Serving.Global { Density: < 1 } sparse => LargestEntries.Alone(state.Model, sparse.Density),
        Serving.Global => state.Model,
        Serving.GlobalAndPrivate => state.Model.ReplacedBy(kept.Section(LocalProgramRunner.PrivateSection)),
        Serving.ReceivedAndPrivate => state.Model.ReplacedBy(Received(plan, state, client)).ReplacedBy(kept.Section(LocalProgramRunner.PrivateSection)),
        _ => throw new ArgumentException($"unknown serving {plan.Method.Serving}"),
    };

    private static ParameterSet Received(RunPlan plan, ServerState state, string client)
    {
        var method = plan.Method.At(state.Version + 1);
        var holding = CapacityRules.HoldingOf(method, client, plan.Clients, plan.Seed, state.Body.Numbers, state.Version, plan.Clients, plan.Layout);
        return DispatchRules.Body(method, state, holding, client).Section(MessageBody.Parameters);
    }
}
