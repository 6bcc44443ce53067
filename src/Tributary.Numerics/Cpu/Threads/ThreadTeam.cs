using System.Runtime.CompilerServices;
using Tributary.Numerics.Profiling;

namespace Tributary.Numerics.Cpu.Threads;

/// <summary>
/// A fixed team of threads, the caller among them, that runs the parts of one job at a time. Parts are dealt out in shares, one for each thread; whoever is done with its own
/// takes over what nobody has begun of others', so a thread that gets no core, or half of one, holds nobody up. A call made while the team is busy (nested, or from another thread)
/// runs its parts on the calling thread.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>What nobody has begun of each share: its first part in the upper half, its end in the lower.</summary>
    private readonly long[] shares;
    private readonly Signal[] signals;
    private readonly Thread[] threads;
    private readonly Signal finished = new();
    private readonly BusyTime? busyTime;
    private delegate*<void*, int, void> run;
    private void* job;
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
        shares = new long[Threads];
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

    /// <summary>
    /// Runs parts 0 … <paramref name="parts"/> − 1 and returns when all are done; a thread's own share is as good as the same from call to call, so that its data stays near. The first
    /// exception of any part is thrown again here.
    /// </summary>
    public void Run<TJob>(TJob job, int parts)
        where TJob : struct, IJob => Run(job, parts, Threads);

    /// <summary>The same from one share: no part begins before all earlier ones have begun, on whatever thread.</summary>
    public void RunInOrder<TJob>(TJob job, int parts)
        where TJob : struct, IJob => Run(job, parts, 1);

    private void Run<TJob>(TJob job, int parts, int mostShares)
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

        // The copy of the job on this frame outlives the workers' use of it: this method returns after every part is done.
        this.job = Unsafe.AsPointer(ref job);
        run = &Invoke<TJob>;
        unfinished = parts;
        var dealt = Math.Min(parts, mostShares);
        for (var share = 0; share < dealt; share++)
        {
            Volatile.Write(ref shares[share], Range(Begin(parts, dealt, share), Begin(parts, dealt, share + 1)));
        }

        for (var worker = 0; worker < Math.Min(parts, Threads) - 1; worker++)
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

    private static long Range(int begin, int end) => ((long)begin << 32) | (uint)end;

    /// <summary>Runs the thread's own share and then what is left of any other; true when the job's last part ended here.</summary>
    private bool RunShares(int own)
    {
        var last = false;
        for (var i = 0; i < shares.Length; i++)
        {
            ref var share = ref shares[(own + i) % shares.Length];
            while (Take(ref share) is var part and >= 0)
            {
                // What stands in the other fields is read after a part is taken: until that part is done they are this job's, however late this thread is.
                RunPart(part);
                last = Interlocked.Decrement(ref unfinished) == 0;
            }
        }

        return last;
    }

    /// <summary>Takes a part of a share, −1 when none is left.</summary>
    private static int Take(ref long share)
    {
        while (true)
        {
            var range = Volatile.Read(ref share);
            var (begin, end) = ((int)(range >> 32), (int)range);
            if (begin == end)
            {
                return -1;
            }

            if (Interlocked.CompareExchange(ref share, Range(begin + 1, end), range) == range)
            {
                return begin;
            }
        }
    }

    private void RunPart(int part)
    {
        var begun = busyTime?.Begin() ?? 0;
        try
        {
            run(job, part);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, exception, null);
        }

        busyTime?.End(begun);
    }
}
