using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Rounds;

/// <summary>The server's work at both ends of a round: the body that goes out, and weigh → combine → step.</summary>
internal static class RoundStep
{
    /// <summary>Writes the body for every client of the cohort.</summary>
    public static (string Path, MessageLength Length) Outgoing(IRunStore store, Round round, Exchange exchange, ServerState state)
    {
        return store.Outgoing(round.Version, exchange.Name, "all", Body(round.Method, state), EncodingRules.DType(round.Method.Codec.Down));
    }

    /// <summary>The body that goes out from a state.</summary>
    public static MessageBody Body(Method method, ServerState state)
    {
        var body = MessageBody.Empty.WithSection(MessageBody.Parameters, state.Model.Select(method.Sharing, Visibility.Shared));
        return ServerRules.KeepsControl(method.ServerStep) ? body.WithSection(MessageBody.Control, state.Body.Section(MessageBody.Control)) : body;
    }

    /// <summary>The next state from the updates in the spool.</summary>
    public static ServerState Apply(RunPlan plan, IRunStore store, Round round, ServerState state)
    {
        var method = round.Method;
        var updates = round.Updates(Exchange.Train.Name);
        var weights = updates.Select(update => WeightingRules.Of(method.Weighting, update)).ToArray();
        var all = weights.Sum();
        if (!(all > 0 && double.IsFinite(all)))
        {
            throw new RunException($"round {round.Version + 1}: the weights of its {updates.Count} updates sum to {all:R}; clients without examples cannot be joined");
        }

        using var spool = store.Read(round.Version, Exchange.Train.Name, [.. updates.Select(update => update.Client)]);
        var model = UpdateFold.Join(
            spool, plan.Layout, MessageBody.Parameters, CombineRules.For(method.Combine), weights, senders => CombineRules.Divisor(method.Combine, senders, all));
        var control = ServerRules.KeepsControl(method.ServerStep) ? JoinControl(spool, plan) : ParameterSet.Empty;
        var next = ServerRules.For(method.ServerStep).Apply(state, new Joined(model, EncodingRules.IsDelta(method.Codec.Up), control));
        return next.Model.AllFinite()
            ? next with { Version = state.Version + 1 }
            : throw new RunException($"round {round.Version + 1}: the joined model is not finite; the state after round {round.Version} is kept. Lower the learning rate.");
    }

    private static ParameterSet JoinControl(SpoolReader spool, RunPlan plan) =>
        UpdateFold.Join(spool, plan.Layout, MessageBody.Control, new LinearSum(), [.. Enumerable.Repeat(1.0, spool.Count)], _ => plan.Clients.Count);
}
