using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Losses;

/// <summary>
/// Sums over one row of logits. A row is cut into chunks of <see cref="Chunk"/> columns that are summed in single and joined in double: a vocabulary of
/// 100,000 costs no precision.
/// </summary>
internal static unsafe class LogitRow
{
    private const int Chunk = 2048;

    /// <summary>The largest logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest<V>(float* x, int count)
        where V : struct, ILanes<V>
    {
        V a = V.Broadcast(float.NegativeInfinity), b = a;
        var i = 0;
        for (; i <= count - (2 * V.Count); i += 2 * V.Count)
        {
            a = V.Max(a, V.Load(x + i));
            b = V.Max(b, V.Load(x + i + V.Count));
        }

        for (; i < count; i += V.Count)
        {
            a = V.Max(a, Lane.Keep(Lane.Load<V>(x + i, count - i), count - i, float.NegativeInfinity));
        }

        return V.Max(a, b).Largest();
    }

    /// <summary>Σ exp(x − top).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double ExpSum<V>(float* x, int count, float top)
        where V : struct, ILanes<V>
    {
        var shift = V.Broadcast(top);
        double total = 0;
        for (var start = 0; start < count; start += Chunk)
        {
            var end = Math.Min(start + Chunk, count);
            V a = default, b = default;
            var i = start;
            for (; i <= end - (2 * V.Count); i += 2 * V.Count)
            {
                a += LaneMath.Exp(V.Load(x + i) - shift);
                b += LaneMath.Exp(V.Load(x + i + V.Count) - shift);
            }

            for (; i < end; i += V.Count)
            {
                a += Lane.Keep(LaneMath.Exp(Lane.Load<V>(x + i, end - i) - shift), end - i, 0);
            }

            total += (a + b).Sum();
        }

        return total;
    }

    /// <summary>Σ (x − top).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum<V>(float* x, int count, float top)
        where V : struct, ILanes<V>
    {
        var shift = V.Broadcast(top);
        double total = 0;
        for (var start = 0; start < count; start += Chunk)
        {
            var end = Math.Min(start + Chunk, count);
            V sum = default;
            for (var i = start; i < end; i += V.Count)
            {
                sum += Lane.Keep(Lane.Load<V>(x + i, end - i) - shift, end - i, 0);
            }

            total += sum.Sum();
        }

        return total;
    }

    /// <summary>Σ exp(x − top) and Σ exp(x − top) · t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Sum, double Weighted) WeightedSum<V>(float* x, float* t, int count, float top)
        where V : struct, ILanes<V>
    {
        var shift = V.Broadcast(top);
        var (total, weightedTotal) = (0.0, 0.0);
        for (var start = 0; start < count; start += Chunk)
        {
            var end = Math.Min(start + Chunk, count);
            V sum = default, weighted = default;
            for (var i = start; i < end; i += V.Count)
            {
                var p = Lane.Keep(LaneMath.Exp(Lane.Load<V>(x + i, end - i) - shift), end - i, 0);
                sum += p;
                weighted = V.MultiplyAdd(p, Lane.Load<V>(t + i, end - i), weighted);
            }

            total += sum.Sum();
            weightedTotal += weighted.Sum();
        }

        return (total, weightedTotal);
    }
}
