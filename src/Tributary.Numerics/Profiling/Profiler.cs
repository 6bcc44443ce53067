using System.Runtime.InteropServices;

namespace Tributary.Numerics.Profiling;

/// <summary>Adds up what operations cost, part by part, on the caller's clock and on those of its helpers; products also shape by shape. One operation runs at a time.</summary>
public sealed class Profiler(TimeProvider time, BusyTime busy, int threads)
{
    private static readonly int Parts = Enum.GetValues<StepPart>().Length;
    private readonly long[] elapsed = new long[Parts];
    private readonly long[] worked = new long[Parts];
    private readonly Dictionary<ProductShape, (long Calls, long Ticks)> products = [];
    private long started = time.GetTimestamp();

    /// <summary>Forgets everything: the profile begins here.</summary>
    public void Restart()
    {
        Array.Clear(elapsed);
        Array.Clear(worked);
        products.Clear();
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
        return new StepProfile(total * milliseconds, parts, [.. products
            .Select(p => new ProductTime(p.Key, (double)p.Value.Calls / steps, p.Value.Ticks * milliseconds))
            .OrderByDescending(p => p.Milliseconds)]);
    }

    /// <summary>Times an operation until the span is disposed.</summary>
    internal Span Measure(StepPart part) => new(this, part, default, time.GetTimestamp(), busy.Ticks);

    /// <summary>Times a product until the span is disposed.</summary>
    internal Span Measure(ProductShape shape) => new(this, StepPart.Gemm, shape, time.GetTimestamp(), busy.Ticks);

    /// <summary>An operation that runs.</summary>
    internal readonly ref struct Span(Profiler owner, StepPart part, ProductShape shape, long begun, long busyBefore)
    {
        private readonly Profiler owner = owner;
        private readonly ProductShape shape = shape;

        /// <summary>The operation has ended. The caller is at work all the time or waits for helpers that are: shares count where there were any.</summary>
        public void Dispose()
        {
            var ticks = owner.Add(part, begun, busyBefore);
            if (part == StepPart.Gemm)
            {
                ref var product = ref CollectionsMarshal.GetValueRefOrAddDefault(owner.products, shape, out _);
                product = (product.Calls + 1, product.Ticks + ticks);
            }
        }
    }

    private long Add(StepPart part, long begun, long busyBefore)
    {
        var ticks = time.GetTimestamp() - begun;
        elapsed[(int)part] += ticks;
        worked[(int)part] += Math.Max(ticks, busy.Ticks - busyBefore);
        return ticks;
    }
}
