using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>The model by its own rule, and c ← c + ΣΔcₖ / N (Karimireddy et al. 2020). c begins at zero.</summary>
internal sealed class ControlRule(IServerRule model) : IServerRule
{
    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var control = state.Body.Section(MessageBody.Control);
        return model.Apply(state, joined, updates).WithSection(MessageBody.Control, control.MergedWith(joined.Control.Plus(control)));
    }
}
