using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Simulation.Verification;

/// <summary>The backend that fixtures run on: the one that training uses.</summary>
internal static class FixtureBackend
{
    /// <summary>A new one, to be disposed of by the caller. Fixtures are small: more threads would only wait for each other.</summary>
    public static IBackend Create() => new CpuBackend(threads: 1);
}
