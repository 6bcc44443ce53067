using System.Runtime.Intrinsics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Profiling;
using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Backend;

/// <summary>The backends that must keep the contract of <see cref="IBackend"/>: every kernel set this processor has, the naive twin in single, and a backend that is timed.</summary>
public static class Legs
{
    public static TheoryData<string> All { get; } = Available();

    public static IBackend Create(string leg, int threads) => leg switch
    {
        "avx512" => new CpuBackend(threads, KernelSet.Avx512),
        "avx2" => new CpuBackend(threads, KernelSet.Avx2),
        "portable" => new CpuBackend(threads, KernelSet.Portable),
        "reference" => new ReferenceBackend<float>(),
        "profiled" => Profiled(threads),
        _ => throw new ArgumentException($"no leg {leg}", nameof(leg)),
    };

    private static ProfiledBackend Profiled(int threads)
    {
        var busy = new BusyTime(TimeProvider.System);
        return new(new CpuBackend(threads, busyTime: busy), new Profiler(TimeProvider.System, busy, threads));
    }

    private static TheoryData<string> Available()
    {
        var legs = new TheoryData<string> { "portable", "reference", "profiled" };
        if (Vector256.IsHardwareAccelerated)
        {
            legs.Add("avx2");
        }

        if (Vector512.IsHardwareAccelerated)
        {
            legs.Add("avx512");
        }

        return legs;
    }
}
