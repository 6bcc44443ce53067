using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Tests.Cpu.Threads;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 1000)]
    public void Every_part_runs_once(int threads, int parts)
    {
        using var team = new ThreadTeam(threads);
        var runs = new int[parts];
        for (var repeat = 0; repeat < 200; repeat++)
        {
            team.Run(new Count(runs), parts);
        }

        runs.ShouldAllBe(n => n == 200);
    }

    [Fact]
    public void Jobs_of_changing_size_one_right_after_another_run_every_part_once()
    {
        using var team = new ThreadTeam(3);
        var runs = new int[7];
        for (var repeat = 0; repeat < 20_000; repeat++)
        {
            team.Run(new Count(runs), 2 + (repeat % 6));
        }

        // Part p is in the jobs of more than p parts, of which there are 2 to 7 in turn.
        runs.ShouldBe([.. Enumerable.Range(0, 7).Select(part => Enumerable.Range(0, 20_000).Count(repeat => 2 + (repeat % 6) > part))]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_order_no_part_begins_before_an_earlier_one_has_begun(int threads)
    {
        using var team = new ThreadTeam(threads);
        for (var repeat = 0; repeat < 200; repeat++)
        {
            var ends = new int[64];
            team.RunInOrder(new Chain(ends), 64);
            ends.ShouldBe([.. Enumerable.Range(1, 64)]);
        }
    }

    [Fact]
    public void What_a_slow_thread_has_not_begun_others_do()
    {
        using var team = new ThreadTeam(2);
        var threads = new int[100];
        team.Run(new Uneven(threads), 100);

        threads.Count(id => id == threads[0]).ShouldBe(1);
    }

    [Fact]
    public void With_fewer_free_cores_than_threads_work_takes_about_as_long_as_on_one_thread()
    {
        var busy = true;
        var others = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (Volatile.Read(ref busy))
            {
                Thread.SpinWait(100);
            }
        }) { IsBackground = true }).ToArray();
        using var team = new ThreadTeam(Environment.ProcessorCount + 1);
        using var alone = new ThreadTeam(1);
        Array.ForEach(others, thread => thread.Start());
        try
        {
            var (together, single) = (TimeSpan.Zero, TimeSpan.Zero);
            for (var block = 0; block < 20; block++)
            {
                single += Time(alone, jobs: 50, team.Threads);
                together += Time(team, jobs: 50, team.Threads);
            }

            together.ShouldBeLessThan(8 * single); // a team that waits for each of its threads takes a hundred times as long
        }
        finally
        {
            Volatile.Write(ref busy, false);
            Array.ForEach(others, thread => thread.Join());
        }

        static TimeSpan Time(ThreadTeam team, int jobs, int parts)
        {
            var start = TimeProvider.System.GetTimestamp();
            for (var job = 0; job < jobs; job++)
            {
                team.Run(new Work(new double[parts]), parts);
            }

            return TimeProvider.System.GetElapsedTime(start);
        }
    }

    [Fact]
    public void A_sleeping_team_wakes()
    {
        using var team = new ThreadTeam(2);
        var runs = new int[2];
        for (var repeat = 0; repeat < 5; repeat++)
        {
            Thread.Sleep(20);
            team.Run(new Count(runs), 2);
        }

        runs.ShouldBe([5, 5]);
    }

    [Fact]
    public void A_nested_call_runs_inline()
    {
        using var team = new ThreadTeam(2);
        var runs = new int[3];
        team.Run(new Nested(team, runs), 4);
        runs.ShouldBe([4, 4, 4]);
    }

    [Fact]
    public void Calls_from_several_threads_all_finish()
    {
        using var team = new ThreadTeam(2);
        var all = Enumerable.Range(0, 4).Select(_ => new int[5]).ToArray();
        Parallel.ForEach(all, runs =>
        {
            for (var repeat = 0; repeat < 100; repeat++)
            {
                team.Run(new Count(runs), 5);
            }
        });

        all.SelectMany(runs => runs).ShouldAllBe(n => n == 100);
    }

    [Fact]
    public void An_exception_reaches_the_caller_and_the_team_lives_on()
    {
        using var team = new ThreadTeam(2);
        Should.Throw<AggregateException>(() => team.Run(new Failing(), 2)).InnerException.ShouldBeOfType<InvalidOperationException>();
        var runs = new int[2];
        team.Run(new Count(runs), 2);
        runs.ShouldBe([1, 1]);
    }

    [Fact]
    public void Running_a_job_allocates_nothing()
    {
        using var team = new ThreadTeam(1);
        var runs = new int[4];
        team.Run(new Count(runs), 4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        team.Run(new Count(runs), 4);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private readonly struct Count(int[] runs) : IJob
    {
        public void Run(int part) => Interlocked.Increment(ref runs[part]);
    }

    /// <summary>Some ten microseconds.</summary>
    private readonly struct Work(double[] results) : IJob
    {
        public void Run(int part)
        {
            var x = 1.0;
            for (var i = 0; i < 5000; i++)
            {
                x = (x * 1.0000001) + 1e-9;
            }

            results[part] = x;
        }
    }

    private readonly struct Nested(ThreadTeam team, int[] runs) : IJob
    {
        public void Run(int part) => team.Run(new Count(runs), runs.Length);
    }

    /// <summary>Each part waits for the one before it: without end, if that were still to begin.</summary>
    private readonly struct Chain(int[] ends) : IJob
    {
        public void Run(int part)
        {
            var wait = default(SpinWait);
            while (part > 0 && Volatile.Read(ref ends[part - 1]) == 0)
            {
                wait.SpinOnce();
            }

            Volatile.Write(ref ends[part], part + 1);
        }
    }

    /// <summary>The first part waits until all others have been done.</summary>
    private readonly struct Uneven(int[] threads) : IJob
    {
        public void Run(int part)
        {
            threads[part] = Environment.CurrentManagedThreadId;
            var done = threads;
            if (part == 0)
            {
                SpinWait.SpinUntil(() => done.All(id => id != 0), TimeSpan.FromSeconds(20)).ShouldBeTrue();
            }
        }
    }

    private readonly struct Failing : IJob
    {
        public void Run(int part) => throw new InvalidOperationException("part");
    }
}
