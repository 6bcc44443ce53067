using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Dispatches;

/// <summary>What each <see cref="Dispatch"/> sends, in one place.</summary>
public static class DispatchRules
{
    /// <summary>The body for clients with a holding.</summary>
    public static MessageBody Body(Method method, ServerState state, Holding holding)
    {
        var body = MessageBody.Empty.WithSection(MessageBody.Parameters, Part(method.Dispatch, state.Model.Where(key => SharingRules.IsReceived(method.Sharing, key)), holding));
        return ServerRules.KeepsControl(method.ServerStep)
            ? body.WithSection(MessageBody.Control, Part(method.Dispatch, state.Body.Section(MessageBody.Control), holding))
            : body;
    }

    /// <summary>A name that is the same for clients who receive the same.</summary>
    public static string NameOf(Dispatch dispatch, Holding holding) => dispatch is Dispatch.Broadcast ? CapacityRules.NameOf(Holding.Everything) : CapacityRules.NameOf(holding);

    private static ParameterSet Part(Dispatch dispatch, ParameterSet tensors, Holding holding) => dispatch switch
    {
        Dispatch.Broadcast => tensors,
        Dispatch.Slice => tensors.AtRank(holding.Rank),
        _ => throw new ArgumentException($"unknown dispatch {dispatch}"),
    };
}
