using System.Runtime.CompilerServices;

namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>Elementary functions of our own, the same polynomial on every width; relative errors are about 1e-7. NaN stays NaN.</summary>
internal static class LaneMath
{
    /// <summary>eˣ; 0 below −87.7 (where a single would be subnormal), infinity above 88.37. Exactly 1 at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : struct, ILanes<V>
    {
        // Adding 1.5·2²³ leaves round(x / ln 2) in the low bits; the bias of the exponent rides along.
        var magic = V.Broadcast(12582912f + 127f);
        x = V.Max(V.Broadcast(-88f), x);
        x = V.Min(V.Broadcast(89f), x);
        var shifted = V.MultiplyAdd(x, V.Broadcast(1.44269504f), magic);
        var n = shifted - magic;
        var r = V.MultiplyAdd(n, V.Broadcast(-0.693359375f), x);
        r = V.MultiplyAdd(n, V.Broadcast(2.12194440e-4f), r);
        var p = V.MultiplyAdd(V.Broadcast(0.0013926176f), r, V.Broadcast(0.008363173f));
        p = V.MultiplyAdd(p, r, V.Broadcast(0.041666555f));
        p = V.MultiplyAdd(p, r, V.Broadcast(0.16666577f));
        p = V.MultiplyAdd(p, r, V.Broadcast(0.5f));
        p = V.MultiplyAdd(p, r * r, r) + V.Broadcast(1f);
        return p * V.ExponentFromBits(shifted);
    }

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, ILanes<V> => V.Broadcast(1f) / (V.Broadcast(1f) + Exp(default(V) - x));

    /// <summary>tanh x: a polynomial near 0, where 1 − 2 / (1 + e²ˣ) would cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V>
    {
        var s = x * x;
        var p = V.MultiplyAdd(V.Broadcast(0.0022924763f), s, V.Broadcast(-0.008343656f));
        p = V.MultiplyAdd(p, s, V.Broadcast(0.021768805f));
        p = V.MultiplyAdd(p, s, V.Broadcast(-0.05395924f));
        p = V.MultiplyAdd(p, s, V.Broadcast(0.13333303f));
        p = V.MultiplyAdd(p, s, V.Broadcast(-0.33333333f));
        var near = V.MultiplyAdd(p * s, x, x);
        var far = V.Broadcast(1f) - (V.Broadcast(2f) / (V.Broadcast(1f) + Exp(x + x)));
        return V.Select(V.Less(V.Abs(x), V.Broadcast(0.625f)), near, far);
    }

    /// <summary>The normal distribution function Φ and density φ, from one exponential: erfc(z) = e^(−z²)·t·P(t) with t = 2 / (2 + z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Normal<V>(V x, out V distribution, out V density)
        where V : struct, ILanes<V>
    {
        var e = Exp(x * x * V.Broadcast(-0.5f));
        var t = V.Broadcast(2f) / V.MultiplyAdd(V.Abs(x), V.Broadcast(0.70710678f), V.Broadcast(2f));
        var p = V.MultiplyAdd(V.Broadcast(0.039259373f), t, V.Broadcast(-0.21215712f));
        p = V.MultiplyAdd(p, t, V.Broadcast(0.43732765f));
        p = V.MultiplyAdd(p, t, V.Broadcast(-0.37461512f));
        p = V.MultiplyAdd(p, t, V.Broadcast(0.06005911f));
        p = V.MultiplyAdd(p, t, V.Broadcast(-0.016857979f));
        p = V.MultiplyAdd(p, t, V.Broadcast(0.077075182f));
        p = V.MultiplyAdd(p, t, V.Broadcast(0.17941373f));
        p = V.MultiplyAdd(p, t, V.Broadcast(0.24625527f));
        p = V.MultiplyAdd(p, t, V.Broadcast(0.28214698f));
        p = V.MultiplyAdd(p, t, V.Broadcast(0.28209292f));
        var tail = V.Broadcast(0.5f) * e * t * p;
        distribution = V.Select(V.Less(x, default), tail, V.Broadcast(1f) - tail);
        density = e * V.Broadcast(0.39894228f);
    }
}
