using System.Runtime.CompilerServices;

namespace Tributary.Numerics.Cpu.Threads;

/// <summary>
/// A fixed team of threads, the caller among them, that runs the parts of one job at a time. Parts are dealt out in fixed ranges. A call made while the team is
/// busy (nested, or from another thread) runs its parts on the calling thread.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    private readonly Worker[] workers;
    private readonly Thread[] threads;
    private delegate*<void*, int, void> run;
    private void* job;
    private int parts;
    private volatile int pending;
    private int busy;
    private Exception? failure;

    /// <summary>Starts threads − 1 workers; 0 means one thread for each core.</summary>
    public ThreadTeam(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        workers = new Worker[Threads - 1];
        this.threads = new Thread[Threads - 1];
        for (var i = 0; i < workers.Length; i++)
        {
            var index = i + 1;
            var worker = workers[i] = new Worker();
            this.threads[i] = new Thread(() => Serve(worker, index)) { IsBackground = true, Name = $"kernels-{index}" };
            this.threads[i].Start();
        }
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
        if (parts <= 1 || workers.Length == 0 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (var part = 0; part < parts; part++)
            {
                job.Run(part);
            }

            return;
        }

        // The copy of the job on this frame outlives the workers' use of it: this method returns after them.
        this.job = Unsafe.AsPointer(ref job);
        this.parts = parts;
        run = &Invoke<TJob>;
        pending = workers.Length;
        foreach (var worker in workers)
        {
            worker.Wake();
        }

        RunShare(0);
        Wait();
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
        foreach (var worker in workers)
        {
            worker.Stop();
        }

        for (var i = 0; i < threads.Length; i++)
        {
            threads[i].Join();
            workers[i].Dispose();
        }
    }

    private static void Invoke<TJob>(void* job, int part)
        where TJob : struct, IJob => Unsafe.AsRef<TJob>(job).Run(part);

    private void Serve(Worker worker, int index)
    {
        while (worker.WaitForWork())
        {
            RunShare(index);
            Interlocked.Decrement(ref pending);
        }
    }

    private void RunShare(int index)
    {
        try
        {
            for (var part = Begin(parts, Threads, index); part < Begin(parts, Threads, index + 1); part++)
            {
                run(job, part);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, exception, null);
        }
    }

    private void Wait()
    {
        var spin = default(SpinWait);
        while (pending != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
