namespace Tributary.Numerics.Cpu.Threads;

/// <summary>
/// Wakes one thread that waits: it spins for some tens of microseconds, in which the next kernel usually comes; then for a millisecond or two it offers its core to whoever
/// wants it, because waking a core that has gone idle takes a tenth of a millisecond, far longer on a virtual machine; and then it blocks.
/// </summary>
internal sealed class Signal : IDisposable
{
    private const int Spins = 1000, Yields = 2000;
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

        for (var i = 0; i < Yields && Volatile.Read(ref state) != Given; i++)
        {
            Thread.Yield();
            Thread.SpinWait(10);
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
