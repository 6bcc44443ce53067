using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>Advances the server's state by one version's joined updates.</summary>
public interface IServerRule
{
    /// <summary>The state after the step, with the same version number.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="joined">The joined updates.</param>
    /// <param name="updates">The single updates, for steps that read them.</param>
    ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates);
}
