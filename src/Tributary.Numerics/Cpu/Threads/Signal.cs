namespace Tributary.Numerics.Cpu.Threads;

/// <summary>
/// Wakes one thread that waits: it spins for some tens of microseconds, in which the next kernel usually comes, and then blocks, so that it does not hold a core that
/// another thread could do the work on.
/// </summary>
internal sealed class Signal : IDisposable
{
    private const int Spins = 1000;
    private const int None = 0, Given = 1, Asleep = 2;
    private readonly AutoResetEvent wake = new(false);
    private int state;

    /// <summary>Ends the wait, or the next one. Given twice before a wait it counts once: what was written before is seen after the wait.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref state, Given) == Asleep)
        {
            wake.Set();
        }
    }

    /// <summary>Waits until the signal is given; called by one thread alone.</summary>
    public void Wait()
    {
        for (var i = 0; i < Spins && Volatile.Read(ref state) != Given; i++)
        {
            Thread.SpinWait(1);
        }

        if (Interlocked.CompareExchange(ref state, Asleep, None) == None)
        {
            wake.WaitOne();
        }

        Interlocked.Exchange(ref state, None);
    }

    /// <inheritdoc/>
    public void Dispose() => wake.Dispose();
}
