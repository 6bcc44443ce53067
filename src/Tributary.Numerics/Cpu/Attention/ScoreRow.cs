using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>One query's scores over a block of keys.</summary>
internal static unsafe class ScoreRow
{
    /// <summary>target += addend.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(float* target, float* addend, int width)
        where V : struct, ILanes<V>
    {
        for (var i = 0; i < width; i += V.Count)
        {
            (V.Load(target + i) + V.Load(addend + i)).Store(target + i);
        }
    }

    /// <summary>Hides the keys outside [first, end): their exponentials become exactly 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mask(float* scores, int first, int end, int width)
    {
        if (first > 0)
        {
            new Span<float>(scores, first).Fill(float.NegativeInfinity);
        }

        if (end < width)
        {
            new Span<float>(scores + end, width - end).Fill(float.NegativeInfinity);
        }
    }

    /// <summary>The largest of masked scores · scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest<V>(float* scores, int width, float scale)
        where V : struct, ILanes<V>
    {
        var largest = V.Load(scores);
        for (var i = V.Count; i < width; i += V.Count)
        {
            largest = V.Max(largest, V.Load(scores + i));
        }

        return largest.Largest() * scale;
    }

    /// <summary>scores = exp(scale · scores − shift); returns their sums lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exponentials<V>(float* scores, int width, float scale, float shift)
        where V : struct, ILanes<V>
    {
        V factor = V.Broadcast(scale), offset = V.Broadcast(-shift), sum = default;
        for (var i = 0; i < width; i += V.Count)
        {
            var p = LaneMath.Exp(V.MultiplyAdd(V.Load(scores + i), factor, offset));
            p.Store(scores + i);
            sum += p;
        }

        return sum;
    }

    /// <summary>scores = exp(scale · scores − logSum) and dscores = scores · (dscores − mean) · scale: through the softmax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<V>(float* scores, float* dscores, int width, float scale, float logSum, float mean)
        where V : struct, ILanes<V>
    {
        V factor = V.Broadcast(scale), offset = V.Broadcast(-logSum), centre = V.Broadcast(mean);
        for (var i = 0; i < width; i += V.Count)
        {
            var p = LaneMath.Exp(V.MultiplyAdd(V.Load(scores + i), factor, offset));
            p.Store(scores + i);
            (p * (V.Load(dscores + i) - centre) * factor).Store(dscores + i);
        }
    }

    /// <summary>scores = exp(scale · scores − logSum) and tscores = scores · scale · tscores; returns the sum of the latter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tangent<V>(float* scores, float* tscores, int width, float scale, float logSum)
        where V : struct, ILanes<V>
    {
        V factor = V.Broadcast(scale), offset = V.Broadcast(-logSum), sum = default;
        for (var i = 0; i < width; i += V.Count)
        {
            var p = LaneMath.Exp(V.MultiplyAdd(V.Load(scores + i), factor, offset));
            var t = p * V.Load(tscores + i) * factor;
            p.Store(scores + i);
            t.Store(tscores + i);
            sum += t;
        }

        return sum.Sum();
    }

    /// <summary>Inner product of two rows of one head.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot<V>(float* a, float* b, int count)
        where V : struct, ILanes<V>
    {
        V sum = default;
        for (var i = 0; i < count; i += V.Count)
        {
            sum = V.MultiplyAdd(Lane.Load<V>(a + i, count - i), Lane.Load<V>(b + i, count - i), sum);
        }

        return sum.Sum();
    }
}
