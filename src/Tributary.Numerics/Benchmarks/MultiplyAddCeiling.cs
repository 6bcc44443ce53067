using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Benchmarks;

/// <summary>What the multiply-add units do when nothing has to be loaded: no product can be faster.</summary>
public static class MultiplyAddCeiling
{
    private const int Loops = 1 << 20;
    private const int Chains = 12;

    /// <summary>GFLOP/s of all threads together.</summary>
    public static Rate Run(int threads, KernelSet kernels, TimeProvider time)
    {
        using var team = new ThreadTeam(threads);
        return kernels switch
        {
            KernelSet.Avx512 => Run<Lanes512>(team, time),
            KernelSet.Avx2 => Run<Lanes256>(team, time),
            _ => Run<Lanes128>(team, time),
        };
    }

    private static Rate Run<V>(ThreadTeam team, TimeProvider time)
        where V : struct, ILanes<V>
    {
        var sums = new float[team.Threads];
        return Repetition.Measure(time, 2.0 * V.Count * Chains * Loops * team.Threads, () => team.Run(new Job<V>(sums), team.Threads));
    }

    private readonly struct Job<V>(float[] sums) : IJob
        where V : struct, ILanes<V>
    {
        // Chains of the latency of a multiply-add times the number of units, and some to spare; factor and addend keep the values finite.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int part)
        {
            V f = V.Broadcast(0.5f), x = V.Broadcast(part);
            V a = x, b = x, c = x, d = x, e = x, g = x, h = x, i = x, j = x, k = x, l = x, m = x;
            for (var loop = 0; loop < Loops; loop++)
            {
                a = V.MultiplyAdd(a, f, x);
                b = V.MultiplyAdd(b, f, x);
                c = V.MultiplyAdd(c, f, x);
                d = V.MultiplyAdd(d, f, x);
                e = V.MultiplyAdd(e, f, x);
                g = V.MultiplyAdd(g, f, x);
                h = V.MultiplyAdd(h, f, x);
                i = V.MultiplyAdd(i, f, x);
                j = V.MultiplyAdd(j, f, x);
                k = V.MultiplyAdd(k, f, x);
                l = V.MultiplyAdd(l, f, x);
                m = V.MultiplyAdd(m, f, x);
            }

            sums[part] = (a + b + c + d + e + g + h + i + j + k + l + m).Sum();
        }
    }
}
