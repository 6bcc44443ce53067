namespace Tributary.Numerics.Cpu.Threads;

/// <summary>The wake-up of one worker thread: it spins for some tens of microseconds, in which the next kernel usually comes, and then blocks.</summary>
internal sealed class Worker : IDisposable
{
    private const int Spins = 2000;
    private const int Awake = 0, Asleep = 1;
    private readonly SemaphoreSlim signal = new(0);
    private volatile int posted;
    private volatile bool stopped;
    private int served;
    private int state;

    /// <summary>Posts one piece of work; called by the team while the worker is idle.</summary>
    public void Wake()
    {
        Interlocked.Increment(ref posted);
        if (Interlocked.Exchange(ref state, Awake) == Asleep)
        {
            signal.Release();
        }
    }

    /// <summary>Ends the thread when it next waits.</summary>
    public void Stop()
    {
        stopped = true;
        Wake();
    }

    /// <summary>Waits for work; false when the worker is to end.</summary>
    public bool WaitForWork()
    {
        for (var i = 0; i < Spins && posted == served; i++)
        {
            Thread.SpinWait(1);
        }

        if (posted == served)
        {
            Sleep();
        }

        served++;
        return !stopped;
    }

    /// <summary>Releases the signal, after the thread has ended.</summary>
    public void Dispose() => signal.Dispose();

    private void Sleep()
    {
        Interlocked.Exchange(ref state, Asleep);
        if (posted == served || Interlocked.Exchange(ref state, Awake) == Awake)
        {
            // Either nothing is there yet, or a waker saw the sleeper: its signal is on the way and must be consumed.
            signal.Wait();
        }
    }
}
