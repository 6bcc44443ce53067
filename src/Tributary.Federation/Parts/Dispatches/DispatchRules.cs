using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Banks;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Clusters;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Dispatches;

/// <summary>What each <see cref="Dispatch"/> sends, in one place.</summary>
public static class DispatchRules
{
    /// <summary>The body for a client with a holding.</summary>
    public static MessageBody Body(Method method, ServerState state, Holding holding, string client)
    {
        if (method.Codec.Down is Encoding.SeedScalars)
        {
            return MessageBody.Empty.WithSection(SeedScalarRules.Section, SeedScalarRules.Body(method, state));
        }

        state = method.Dispatch is Dispatch.ClusterMixture ? ClusterRules.For(method, state, holding, client) : state;
        var model = method is { Dispatch: Dispatch.Generated, ServerStep: ServerStep.Generator generator } ? GeneratorRule.For(generator, state, client) : state.Model;
        var received = model.Where(key => SharingRules.IsReceived(method.Sharing, key) && !InitialisationRules.IsMade(method.Initialisation, key));
        var tensors = Rescaled(method, holding, Part(method.Dispatch, received, holding));
        var agreed = CapacityRules.AgreedOf(method.Capacity, TensorLayout.Of(tensors));
        var body = (MessageBody.Empty with { Parts = agreed.Count > 0 ? agreed : SelectionRules.SelectDown(EncodingRules.SelectionOf(method.Codec.Down), tensors, DensityOf(method, holding)) }).WithSection(MessageBody.Parameters, tensors);
        body = ServerRules.ChangesBase(method.ServerStep) ? body.WithSection(MessageBody.Base, state.Base) : body;
        body = method.Dispatch is Dispatch.Mixture ? BankRules.WithMixture(method, state, client, body) : body;
        body = ServerRules.KeepsControl(method.ServerStep)
            ? body.WithSection(MessageBody.Control, Part(method.Dispatch, state.Body.Section(MessageBody.Control), holding))
            : body;
        return method.Capacity is Capacity.Knapsack { Mix: < 1 } ? body.WithSection(MessageBody.Scores, state.Body.Section(MessageBody.Scores)) : body;
    }

    /// <summary>The share of the entries that a client with a holding receives, in the place of the codec's; null is that.</summary>
    internal static double? DensityOf(Method method, Holding holding) => method.Dispatch is Dispatch.Slice ? holding.Density : null;

    /// <summary>A name that is the same for clients who receive the same.</summary>
    public static string NameOf(Method method, ServerState state, Holding holding, string client) => method.Dispatch switch
    {
        Dispatch.Broadcast => CapacityRules.NameOf(Holding.Everything),
        Dispatch.ClusterMixture => $"{CapacityRules.NameOf(holding)}-{ClusterRules.NameOf(method, state, client)}",
        Dispatch.Generated or Dispatch.Mixture => "to-" + client,
        _ => CapacityRules.NameOf(holding),
    };

    // Where the scale follows the rank, B makes up for it: a client's update is the slice of the global one.
    private static ParameterSet Rescaled(Method method, Holding holding, ParameterSet tensors)
    {
        if (method.Capacity is not Capacity.Ranks { Scale: RankScale.ByRank } || holding.Rank is not { } rank)
        {
            return tensors;
        }

        var factors = LoraPair.Among(tensors.Select(tensor => tensor.Key), method.Adaptation).ToDictionary(pair => pair.B, pair => pair.Scale / pair.ScaleAt(Math.Min(rank, pair.Rank)));
        return new(tensors.Select(tensor => factors.TryGetValue(tensor.Key, out var factor) ? tensor with { Values = Array.ConvertAll(tensor.Values, v => (float)(factor * v)) } : tensor));
    }

    private static ParameterSet Part(Dispatch dispatch, ParameterSet tensors, Holding holding) => dispatch switch
    {
        Dispatch.Broadcast or Dispatch.Generated or Dispatch.Mixture or Dispatch.ClusterMixture => tensors,
        Dispatch.Slice => holding.Received(tensors),
        _ => throw new ArgumentException($"unknown dispatch {dispatch}"),
    };
}
