using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>Mean updates of LoRA modules go into the base, as stacked factors, and B begins at zero again (FLoRA, Wang et al. 2024).</summary>
internal sealed class MergeRule(IServerRule others) : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var emptied = updates.Pairs.Where(pair => updates.IsSent(pair)).Select(pair => state.Model[pair.B]).Select(b => HostTensor.Zeros(b.Key, b.Shape));
        var next = others.Apply(state, joined, updates);
        return next.WithModel(next.Model.ReplacedBy(new ParameterSet(emptied))).WithBase(updates.Contents.Layout, updates.Pairs, updates.Stack);
    }
}
