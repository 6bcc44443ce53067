namespace Tributary.Numerics.Profiling;

/// <summary>Time that the threads of a team spend in their shares of parallel work, all threads together.</summary>
public sealed class BusyTime(TimeProvider time)
{
    private long ticks;

    /// <summary>The sum so far, in the clock's ticks.</summary>
    public long Ticks => Interlocked.Read(ref ticks);

    /// <summary>A thread begins a share.</summary>
    internal long Begin() => time.GetTimestamp();

    /// <summary>It ends the share that it began then.</summary>
    internal void End(long begun) => Interlocked.Add(ref ticks, time.GetTimestamp() - begun);
}
