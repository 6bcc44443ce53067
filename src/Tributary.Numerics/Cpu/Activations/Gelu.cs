using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>x·Φ(x), with slope Φ(x) + x·φ(x).</summary>
internal readonly struct Gelu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V>(V x)
        where V : struct, ILanes<V>
    {
        LaneMath.Normal(x, out var distribution, out _);
        return x * distribution;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ValueAndSlope<V>(V x, out V slope)
        where V : struct, ILanes<V>
    {
        LaneMath.Normal(x, out var distribution, out var density);
        slope = V.MultiplyAdd(x, density, distribution);
        return x * distribution;
    }
}
