using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>tanh x, with slope 1 − tanh² x.</summary>
internal readonly struct HyperbolicTangent : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ValueAndSlope<V>(V x, out V slope)
        where V : struct, ILanes<V>
    {
        var value = LaneMath.Tanh(x);
        slope = V.MultiplyAdd(default(V) - value, value, V.Broadcast(1f));
        return value;
    }
}
