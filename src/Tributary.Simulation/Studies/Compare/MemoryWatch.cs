using Tributary.Simulation.Benchmarks;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>The largest resident set of this process from now on, looked at ten times a second: what is shorter may be missed.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly ITimer timer;
    private long peak;

    public MemoryWatch(TimeProvider time) => timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);

    /// <summary>The largest so far, in bytes.</summary>
    public long PeakBytes()
    {
        Look();
        return Interlocked.Read(ref peak);
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var now = Memory.RssBytes();
        for (var before = Interlocked.Read(ref peak); now > before; before = Interlocked.Read(ref peak))
        {
            Interlocked.CompareExchange(ref peak, now, before);
        }
    }
}
