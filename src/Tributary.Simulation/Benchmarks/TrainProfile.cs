using Tributary.Numerics.Benchmarks;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Profiling;

namespace Tributary.Simulation.Benchmarks;

/// <summary>Where a training step's time goes, and what the multiply-add units did right after the steps, in billions of operations a second.</summary>
public sealed record TrainProfile(StepProfile Step, Rate Ceiling)
{
    /// <summary>Runs the benchmark on a backend that times its operations. Arguments and errors are those of <see cref="TrainBenchmark.Run"/>.</summary>
    public static TrainBenchmarkResult Run(TrainBenchmarkOptions options, int threads, TimeProvider time, CancellationToken cancel = default)
    {
        var busy = new BusyTime(time);
        using var kernels = new CpuBackend(threads, busyTime: busy);
        var profiler = new Profiler(time, busy, kernels.Threads);
        using var backend = new ProfiledBackend(kernels, profiler);
        StepProfile? profile = null;
        var result = TrainBenchmark.Run(options, backend, time, cancel, profiler.Restart, () => profile = profiler.Profile(options.Steps));
        return result with { Profile = new(profile!, MultiplyAddCeiling.Run(backend.Threads, KernelSets.Best, time)) };
    }
}
