namespace Tributary.Numerics.Profiling;

/// <summary>Adds up what operations cost, part by part, on the caller's clock and on those of its helpers. One operation runs at a time.</summary>
public sealed class Profiler(TimeProvider time, BusyTime busy, int threads)
{
    private static readonly int Parts = Enum.GetValues<StepPart>().Length;
    private readonly long[] elapsed = new long[Parts];
    private readonly long[] worked = new long[Parts];
    private long started = time.GetTimestamp();
    private double flops;

    /// <summary>Forgets everything: the profile begins here.</summary>
    public void Restart()
    {
        Array.Clear(elapsed);
        Array.Clear(worked);
        flops = 0;
        started = time.GetTimestamp();
    }

    /// <summary>What happened since the start, as the mean of so many steps.</summary>
    public StepProfile Profile(int steps)
    {
        var total = time.GetTimestamp() - started;

        // Between operations the caller alone is at work.
        var between = total - elapsed.Sum();
        var milliseconds = 1000.0 / time.TimestampFrequency / steps;
        var parts = worked.Select((ticks, part) => (ticks + (part == (int)StepPart.Other ? between : 0)) * milliseconds / threads).ToArray();
        return new StepProfile(total * milliseconds, parts, elapsed[(int)StepPart.Gemm] * milliseconds, flops / steps);
    }

    /// <summary>Times an operation until the span is disposed.</summary>
    internal Span Measure(StepPart part, double operations = 0)
    {
        flops += operations;
        return new(this, part, time.GetTimestamp(), busy.Ticks);
    }

    /// <summary>An operation that runs.</summary>
    internal readonly ref struct Span(Profiler owner, StepPart part, long begun, long busyBefore)
    {
        private readonly Profiler owner = owner;

        /// <summary>The operation has ended. The caller is at work all the time or waits for helpers that are: shares count where there were any.</summary>
        public void Dispose() => owner.Add(part, begun, busyBefore);
    }

    private void Add(StepPart part, long begun, long busyBefore)
    {
        var ticks = time.GetTimestamp() - begun;
        elapsed[(int)part] += ticks;
        worked[(int)part] += Math.Max(ticks, busy.Ticks - busyBefore);
    }
}
