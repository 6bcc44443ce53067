using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Benchmarks;

/// <summary>Sums a range of an array.</summary>
internal readonly unsafe struct ReadJob(float* data, int elements, int parts, float[] sums) : IJob
{
    private readonly float* data = data;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int part)
    {
        var (begin, end) = Ranges.Of(elements, parts, part);
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (var p = data + begin; p < data + end; p += Ranges.Step)
        {
            s0 += Vector256.Load(p);
            s1 += Vector256.Load(p + 8);
            s2 += Vector256.Load(p + 16);
            s3 += Vector256.Load(p + 24);
        }

        sums[part] = Vector256.Sum(s0 + s1 + s2 + s3);
    }
}

/// <summary>a = b + 3 · c over a range, with stores that bypass the cache.</summary>
internal readonly unsafe struct TriadJob(float* a, float* b, float* c, int elements, int parts) : IJob
{
    private readonly float* a = a;
    private readonly float* b = b;
    private readonly float* c = c;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int part)
    {
        var (begin, end) = Ranges.Of(elements, parts, part);
        var scale = Vector256.Create(3f);
        for (nint i = begin; i < end; i += 8)
        {
            (Vector256.Load(b + i) + (scale * Vector256.Load(c + i))).StoreAlignedNonTemporal(a + i);
        }
    }
}

/// <summary>Ranges that begin and end at whole steps.</summary>
internal static class Ranges
{
    /// <summary>Floats of one step.</summary>
    public const int Step = 32;

    /// <summary>Begin and end of a part.</summary>
    public static (int Begin, int End) Of(int elements, int parts, int part)
    {
        var steps = elements / Step;
        return (ThreadTeam.Begin(steps, parts, part) * Step, ThreadTeam.Begin(steps, parts, part + 1) * Step);
    }
}
