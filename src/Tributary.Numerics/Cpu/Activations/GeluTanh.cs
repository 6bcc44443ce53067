using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>½x·(1 + tanh u) = x·σ(2u) with u = √(2/π)·(x + 0.044715 x³): one exponential and one division.</summary>
internal readonly struct GeluTanh : IActivation
{
    private const float Twice = 1.5957691f; // 2·√(2/π)
    private const float Cubic = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => x * Gate(Bounded(x), out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ValueAndSlope<V>(V x, out V slope)
        where V : struct, ILanes<V>
    {
        var bounded = Bounded(x);
        var gate = Gate(bounded, out var square);
        var inner = V.MultiplyAdd(square, V.Broadcast(3 * Cubic * Twice), V.Broadcast(Twice));
        slope = V.MultiplyAdd(bounded * inner, gate * (V.Broadcast(1f) - gate), gate);
        return x * gate;
    }

    /// <summary>Beyond ±20 the gate is exactly 0 or 1; the bound keeps x³ finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Bounded<V>(V x)
        where V : struct, ILanes<V> => V.Min(V.Broadcast(20f), V.Max(V.Broadcast(-20f), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Gate<V>(V x, out V square)
        where V : struct, ILanes<V>
    {
        square = x * x;
        return LaneMath.Sigmoid(x * V.MultiplyAdd(square, V.Broadcast(Cubic * Twice), V.Broadcast(Twice)));
    }
}
