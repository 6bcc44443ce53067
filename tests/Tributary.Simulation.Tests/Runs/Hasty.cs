namespace Tributary.Simulation.Tests.Runs;

/// <summary>Time of which every look costs a second, so that nothing is measured for long.</summary>
internal sealed class Hasty : TimeProvider
{
    private long seconds;

    public override long GetTimestamp() => TimestampFrequency * ++seconds;
}
