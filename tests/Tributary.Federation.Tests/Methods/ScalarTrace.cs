using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The scalar that the specifications of server optimizers calculate with: x = 1, clients 1.2 and 0.6, then differences as given.</summary>
internal static class ScalarTrace
{
    public const string First = "first_moment";
    public const string Second = "second_moment";

    /// <summary>The states after the first round and after each difference.</summary>
    public static IReadOnlyList<ServerState> Of(Method method, params double[] differences) => Of(method, [1, 3], differences);

    /// <summary>The same with other numbers of examples.</summary>
    public static IReadOnlyList<ServerState> Of(Method method, double[] examples, params double[] differences)
    {
        var layout = TensorLayout.Of(Sets.X(0));
        double[] weights = method.Weighting is Weighting.Examples ? examples : [1, 1];
        var updates = new MemoryUpdates([Sets.Body(Sets.X(1.2)), Sets.Body(Sets.X(0.6))], layout);
        var joined = new UpdateFold(updates, MessageBody.Parameters, CombineRules.For(method.Combine), (k, _) => weights[k], (senders, _) => senders).Join(layout, ParameterSet.Empty);
        var rule = ServerRules.For(method.ServerStep);
        var states = new List<ServerState> { rule.Apply(ServerState.Initial(Sets.X(1)), new Joined(joined, false, ParameterSet.Empty), WeighedUpdates.None) };
        foreach (var difference in differences)
        {
            states.Add(Step(method, states[^1], difference));
        }

        return states;
    }

    /// <summary>One more step.</summary>
    public static ServerState Step(Method method, ServerState state, params double[] differences) =>
        ServerRules.For(method.ServerStep).Apply(state, new Joined(Sets.X(differences), true, ParameterSet.Empty), WeighedUpdates.None);

    public static double X(ServerState state) => state.Model.Values()[0];

    public static double V(ServerState state) => state.Body.Section(Second).Values()[0];
}
