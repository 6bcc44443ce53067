using Tributary.Numerics.Cpu;
using Tributary.Numerics.Profiling;

namespace Tributary.Numerics.Tests.Profiling;

public sealed class ProfilerTests
{
    [Fact]
    public void Work_of_parts_and_waiting_threads_make_up_the_step()
    {
        var time = new ManualTime();
        var busy = new BusyTime(time);
        var profiler = new Profiler(time, busy, threads: 2);
        time.Advance(100);
        profiler.Restart();
        using (profiler.Measure(new ProductShape(ProductKind.Frozen, 100, 100, 200)))
        {
            Share(busy, time, 6);
            Share(busy, time, 2); // stands for a helper that worked for 2 of the caller's 8
        }

        using (profiler.Measure(StepPart.Norms))
        {
            time.Advance(4); // too small to be shared
        }

        time.Advance(8); // between operations

        var profile = profiler.Profile(steps: 2);

        profile.StepMilliseconds.ShouldBe(10);
        profile[StepPart.Gemm].ShouldBe(8 / 2.0 / 2);
        profile[StepPart.Norms].ShouldBe(4 / 2.0 / 2);
        profile[StepPart.Other].ShouldBe(8 / 2.0 / 2);
        profile.IdleMilliseconds.ShouldBe(10 - 2 - 1 - 2);
        profile.GemmMilliseconds.ShouldBe(4);
        profile.GemmGflops.ShouldBe(2e6 / 4e-3 / 1e9);
        profile.Products.ShouldBe([new(new(ProductKind.Frozen, 100, 100, 200), 0.5, 4)]);
    }

    [Fact]
    public void Helpers_count_while_they_work()
    {
        var busy = new BusyTime(TimeProvider.System);
        using var kernels = new CpuBackend(2, busyTime: busy);
        var profiler = new Profiler(TimeProvider.System, busy, 2);
        using IBackend backend = new ProfiledBackend(kernels, profiler);
        using DeviceBuffer a = backend.Allocate(512 * 512), b = backend.Allocate(512 * 512), c = backend.Allocate(512 * 512);
        profiler.Restart();
        for (var i = 0; i < 20; i++)
        {
            backend.Gemm(a.AsMatrix(512, 512), false, b.AsMatrix(512, 512), true, c.AsMatrix(512, 512));
        }

        var profile = profiler.Profile(20);

        profile.GemmFlops.ShouldBe(2.0 * 512 * 512 * 512);
        profile[StepPart.Gemm].ShouldBeInRange(0.49 * profile.GemmMilliseconds, 1.01 * profile.GemmMilliseconds);
        (profile.PartMilliseconds.Sum() + profile.IdleMilliseconds).ShouldBe(profile.StepMilliseconds, 1e-9 * profile.StepMilliseconds);
        busy.Ticks.ShouldBeGreaterThan(0);
    }

    private static void Share(BusyTime busy, ManualTime time, int milliseconds)
    {
        var begun = busy.Begin();
        time.Advance(milliseconds);
        busy.End(begun);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => now;

        public void Advance(int milliseconds) => now += milliseconds;
    }
}
