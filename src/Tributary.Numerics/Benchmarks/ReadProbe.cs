using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Benchmarks;

/// <summary>Reads an array that no cache holds, one pass at a time, between what its rate is compared with: bandwidth changes with what else the machine does.</summary>
public sealed unsafe class ReadProbe : IDisposable
{
    private readonly ThreadTeam team;
    private readonly CpuBuffer array = new((long)MemoryBenchmark.MebibytesPerArray << 18);
    private readonly ReadJob read;

    /// <summary>Prepares to read with the given threads (0: all cores).</summary>
    public ReadProbe(int threads)
    {
        team = new ThreadTeam(threads);
        var data = CpuBuffer.PointerTo(array.AsMatrix(1, (int)array.Length));
        new Span<float>(data, (int)array.Length).Fill(1); // pages that nobody has written are all one page
        read = new ReadJob(data, (int)array.Length, team.Threads, new float[team.Threads]);
    }

    /// <summary>GB/s of one pass, as <see cref="MemoryBenchmark"/> counts them.</summary>
    public double Pass(TimeProvider time)
    {
        var start = time.GetTimestamp();
        team.Run(read, team.Threads);
        return array.Length * sizeof(float) / 1e9 / time.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        team.Dispose();
        array.Dispose();
    }
}
