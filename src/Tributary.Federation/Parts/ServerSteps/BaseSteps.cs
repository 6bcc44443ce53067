using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>Steps of the base: updates of its weights, one more each round.</summary>
internal static class BaseSteps
{
    /// <summary>The state whose base has these updates too; null adds none to a module.</summary>
    public static ServerState WithBase(this ServerState state, TensorLayout layout, IEnumerable<LoraPair> pairs, Func<LoraPair, LoraFactors?> more) =>
        state.WithBase(layout, pairs, (pair, update) => more(pair) is { } added ? update.Plus(state.Base, added) : null);

    /// <summary>The state with zeros in the place of a base to which each module's update has added that many ranks.</summary>
    public static ServerState WithRoom(this ServerState state, TensorLayout layout, IEnumerable<LoraPair> pairs, Func<LoraPair, int> more) =>
        state.WithBase(layout, pairs, (pair, update) => more(pair) is > 0 and var added ? update.Room(state.Base, added) : null);

    private static ServerState WithBase(this ServerState state, TensorLayout layout, IEnumerable<LoraPair> pairs, Func<LoraPair, BaseUpdate, IEnumerable<HostTensor>?> next)
    {
        var updates = new List<HostTensor>(state.Base);
        foreach (var pair in pairs)
        {
            var update = MessageSchemas.BaseUpdateOf(pair, layout);
            if (next(pair, update) is { } made)
            {
                updates.RemoveAll(tensor => tensor.Key == update.A || tensor.Key == update.B || tensor.Key == update.Whole);
                updates.AddRange(made);
            }
        }

        return state.WithSection(MessageBody.Base, new ParameterSet(updates));
    }
}
