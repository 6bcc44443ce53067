using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>x·σ(1.702 x), with slope s + 1.702 x·s·(1 − s).</summary>
internal readonly struct QuickGelu : IActivation
{
    private const float Steepness = 1.702f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => x * LaneMath.Sigmoid(x * V.Broadcast(Steepness));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ValueAndSlope<V>(V x, out V slope)
        where V : struct, ILanes<V>
    {
        var steep = x * V.Broadcast(Steepness);
        var s = LaneMath.Sigmoid(steep);
        slope = V.MultiplyAdd(steep * s, V.Broadcast(1f) - s, s);
        return x * s;
    }
}
