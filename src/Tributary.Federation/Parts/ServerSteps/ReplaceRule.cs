using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>x ← x + lr·Δ; with rate 1 and values, the joined values themselves, to the bit.</summary>
internal sealed class ReplaceRule(ServerStep.Replace step) : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates) => step.LearningRate == 1 && !joined.IsDelta
        ? state.WithModel(state.Model.ReplacedBy(joined.Model))
        : state.Advance(joined.DeltaFrom(state.Model), step.LearningRate);
}
