using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>Advances the server's state by one version's joined updates.</summary>
public interface IServerRule
{
    /// <summary>The state after the step, with the same version number.</summary>
    ServerState Apply(ServerState state, Joined joined);
}
