using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Norms;

/// <summary>Sums over one row.</summary>
internal static unsafe class RowSums
{
    /// <summary>Σ x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<V>(float* x, int count)
        where V : struct, ILanes<V>
    {
        V even = default, odd = default;
        var i = 0;
        for (; i <= count - (2 * V.Count); i += 2 * V.Count)
        {
            even += V.Load(x + i);
            odd += V.Load(x + i + V.Count);
        }

        for (; i < count; i += V.Count)
        {
            even += Lane.Load<V>(x + i, count - i);
        }

        return (even + odd).Sum();
    }

    /// <summary>Σ (x − mean)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfSquares<V>(float* x, int count, float mean)
        where V : struct, ILanes<V>
    {
        var centre = V.Broadcast(mean);
        V even = default, odd = default;
        var i = 0;
        for (; i <= count - (2 * V.Count); i += 2 * V.Count)
        {
            var a = V.Load(x + i) - centre;
            var b = V.Load(x + i + V.Count) - centre;
            even = V.MultiplyAdd(a, a, even);
            odd = V.MultiplyAdd(b, b, odd);
        }

        for (; i < count; i += V.Count)
        {
            var a = Lane.Keep(Lane.Load<V>(x + i, count - i) - centre, count - i, 0);
            even = V.MultiplyAdd(a, a, even);
        }

        return (even + odd).Sum();
    }
}
