using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>An activation function and its derivative; one implementation for each <see cref="ActivationKind"/>.</summary>
internal interface IActivation
{
    /// <summary>f(x).</summary>
    static abstract V Value<V>(V x)
        where V : struct, ILanes<V>;

    /// <summary>f(x), and f′(x) in <paramref name="slope"/>.</summary>
    static abstract V ValueAndSlope<V>(V x, out V slope)
        where V : struct, ILanes<V>;
}
