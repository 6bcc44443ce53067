using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>The joined factors, and what their product lacks of the mean update into the base (FedEx-LoRA, Singhal et al. 2024).</summary>
internal sealed class ResidualRule(ServerStep.ResidualToBase step, IServerRule model) : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates) =>
        model.Apply(state, joined, updates).WithBase(updates.Contents.Layout, updates.Pairs, pair => Residual(pair, joined, updates));

    private LoraFactors? Residual(LoraPair pair, Joined joined, WeighedUpdates updates) => updates.Residual(pair, joined.Model) switch
    {
        { } residual when step.Rank is { } rank && rank < residual.A.Rows => residual.Truncated(rank),
        var residual => residual,
    };
}
