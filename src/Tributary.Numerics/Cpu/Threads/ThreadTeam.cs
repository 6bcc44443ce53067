using System.Runtime.CompilerServices;
using Tributary.Numerics.Profiling;

namespace Tributary.Numerics.Cpu.Threads;

/// <summary>
/// A fixed team of threads, the caller among them, that runs the parts of one job at a time. Parts are dealt out in fixed shares, one for each thread; whoever is done takes
/// over shares that nobody has begun, so a thread that gets no core holds nobody up. A call made while the team is busy (nested, or from another thread) runs its parts on
/// the calling thread.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    private const int Taken = 0, Open = 1;
    private readonly int[] shares;
    private readonly Signal[] signals;
    private readonly Thread[] threads;
    private readonly Signal finished = new();
    private readonly BusyTime? busyTime;
    private delegate*<void*, int, void> run;
    private void* job;
    private int parts;
    private int sharesInUse;
    private int unfinished;
    private int busy;
    private Exception? failure;
    private volatile bool stopped;

    /// <summary>Starts threads − 1 workers; 0 means one thread for each core. Shares of parallel work are added to <paramref name="busyTime"/> where there is one.</summary>
    public ThreadTeam(int threads = 0, BusyTime? busyTime = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        this.busyTime = busyTime;
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        shares = new int[Threads];
        signals = [.. Enumerable.Range(1, Threads - 1).Select(_ => new Signal())];
        this.threads = [.. signals.Select((signal, i) => new Thread(() => Serve(signal, i + 1)) { IsBackground = true, Name = $"kernels-{i + 1}" })];
        Array.ForEach(this.threads, thread => thread.Start());
    }

    /// <summary>Number of threads, the caller among them.</summary>
    public int Threads { get; }

    /// <summary>First item of part <paramref name="part"/> when <paramref name="count"/> items are cut into <paramref name="parts"/> nearly equal ranges.</summary>
    public static int Begin(int count, int parts, int part) => (int)((long)count * part / parts);

    /// <summary>How many parts are worth starting for <paramref name="work"/> units when a thread should have at least <paramref name="grain"/> of them.</summary>
    public int Parts(long work, long grain) => (int)Math.Clamp(work / Math.Max(grain, 1), 1, Threads);

    /// <summary>Runs parts 0 … <paramref name="parts"/> − 1 and returns when all are done. The first exception of any part is thrown again here.</summary>
    public void Run<TJob>(TJob job, int parts)
        where TJob : struct, IJob
    {
        if (parts <= 1 || Threads == 1 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (var part = 0; part < parts; part++)
            {
                job.Run(part);
            }

            return;
        }

        // The copy of the job on this frame outlives the workers' use of it: this method returns after every share is done.
        this.job = Unsafe.AsPointer(ref job);
        run = &Invoke<TJob>;
        this.parts = parts;
        sharesInUse = unfinished = Math.Min(parts, Threads);
        for (var share = 0; share < sharesInUse; share++)
        {
            Volatile.Write(ref shares[share], Open);
        }

        for (var worker = 0; worker < sharesInUse - 1; worker++)
        {
            signals[worker].Set();
        }

        if (!RunShares(0))
        {
            finished.Wait();
        }

        var thrown = failure;
        failure = null;
        Volatile.Write(ref busy, 0);
        if (thrown is not null)
        {
            throw new AggregateException(thrown);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopped = true;
        Array.ForEach(signals, signal => signal.Set());
        Array.ForEach(threads, thread => thread.Join());
        Array.ForEach(signals, signal => signal.Dispose());
        finished.Dispose();
    }

    private static void Invoke<TJob>(void* job, int part)
        where TJob : struct, IJob => Unsafe.AsRef<TJob>(job).Run(part);

    private void Serve(Signal signal, int index)
    {
        for (signal.Wait(); !stopped; signal.Wait())
        {
            if (RunShares(index))
            {
                finished.Set();
            }
        }
    }

    /// <summary>Runs the thread's own share and then any other that is open; true when the job's last share ended here.</summary>
    private bool RunShares(int own)
    {
        var last = false;
        for (var i = 0; i < shares.Length; i++)
        {
            var share = (own + i) % shares.Length;

            // What stands in the other fields is read after a share is taken: until that share is done they are this job's, however late this thread is.
            if (Volatile.Read(ref shares[share]) == Open && Interlocked.CompareExchange(ref shares[share], Taken, Open) == Open)
            {
                RunShare(share);
                last = Interlocked.Decrement(ref unfinished) == 0;
            }
        }

        return last;
    }

    private void RunShare(int share)
    {
        var begun = busyTime?.Begin() ?? 0;
        try
        {
            var end = Begin(parts, sharesInUse, share + 1);
            for (var part = Begin(parts, sharesInUse, share); part < end; part++)
            {
                run(job, part);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, exception, null);
        }

        busyTime?.End(begun);
    }
}
