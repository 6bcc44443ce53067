using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>max(x, 0); the slope at the kink is 0.</summary>
internal readonly struct Relu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => V.Max(default, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ValueAndSlope<V>(V x, out V slope)
        where V : struct, ILanes<V>
    {
        slope = V.Select(V.Less(default, x), V.Broadcast(1f), default);
        return Value(x);
    }
}
