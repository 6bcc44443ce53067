using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Simulation.Verification;

/// <summary>The backend that fixtures run on: the one that training uses.</summary>
internal static class FixtureBackend
{
    /// <summary>A new one, to be disposed of by the caller.</summary>
    public static IBackend Create() => new ReferenceBackend<float>();
}
