using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Clusters;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>Every cluster's mean updates are added to its own matrices (FedHFT, Ilhan et al. 2025). Clients begin anew on the mixture that they receive.</summary>
internal sealed class ClusterMergeRule : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        for (var c = 0; c < joined.Clusters.Count; c++)
        {
            var before = state.Body.Section(ClusterRules.SectionOf(c));
            var after = before.MergedWith(new ParameterSet(joined.Clusters[c].Select(tensor => BaseUpdate.IsPart(tensor.Key) ? Sum(before, tensor) : tensor)));
            state = state.WithSection(ClusterRules.SectionOf(c), after);
        }

        return ClusterRules.ForAll(state, updates.Pairs, joined.Clusters.Count);
    }

    private static HostTensor Sum(ParameterSet before, HostTensor more) =>
        before.TryGet(more.Key, out var matrix) ? more with { Values = [.. matrix.Values.Zip(more.Values, (x, y) => x + y)] } : more;
}
