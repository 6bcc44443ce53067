using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Benchmarks;

/// <summary>GB/s of main memory. Read counts the bytes of one array; triad, a = b + s · c with stores past the cache, those of three (McCalpin 1995).</summary>
public sealed record MemoryBenchmarkResult(int Threads, long BytesPerArray, Rate Read, Rate Triad);

/// <summary>Measures memory bandwidth on this machine.</summary>
public static class MemoryBenchmark
{
    /// <summary>Larger than the last-level cache of most machines.</summary>
    internal const int MebibytesPerArray = 128;

    /// <summary>Runs with the given threads (0: all cores) over arrays of this size.</summary>
    /// <exception cref="InputException">A number is out of range.</exception>
    public static unsafe MemoryBenchmarkResult Run(int threads, TimeProvider time, int mebibytesPerArray = MebibytesPerArray)
    {
        if (threads < 0 || mebibytesPerArray is < 1 or > 4096)
        {
            throw new InputException($"memory cannot be measured with {threads} threads and {mebibytesPerArray} MiB; threads are not negative, arrays of 1 to 4096 MiB");
        }

        using var team = new ThreadTeam(threads);
        var elements = mebibytesPerArray << 18;
        var bytes = (double)elements * sizeof(float);
        using CpuBuffer a = new(elements), b = new(elements), c = new(elements);
        var (parts, sums) = (team.Threads, new float[team.Threads]);
        var triad = new TriadJob(Data(a), Data(b), Data(c), elements, parts);
        var read = new ReadJob(Data(b), elements, parts, sums);
        team.Run(new TriadJob(Data(b), Data(c), Data(a), elements, parts), parts);
        team.Run(new TriadJob(Data(c), Data(a), Data(b), elements, parts), parts);
        return new(
            parts,
            (long)bytes,
            Repetition.Measure(time, bytes, () => team.Run(read, parts)),
            Repetition.Measure(time, 3 * bytes, () => team.Run(triad, parts)));

        static float* Data(CpuBuffer buffer) => CpuBuffer.PointerTo(buffer.AsMatrix(1, (int)buffer.Length));
    }
}
