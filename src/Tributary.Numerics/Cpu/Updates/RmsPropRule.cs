using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>RMSprop; <c>first</c> is the momentum buffer, <c>second</c> the mean square, <c>third</c> the mean gradient when centred.</summary>
internal readonly struct RmsPropRule(in OptimizerStep step) : IUpdateRule
{
    private readonly float rate = (float)step.LearningRate;
    private readonly float decay = (float)step.WeightDecay;
    private readonly float alpha = (float)step.Alpha;
    private readonly float otherAlpha = (float)(1 - step.Alpha);
    private readonly float epsilon = (float)step.Epsilon;
    private readonly float momentum = (float)step.Momentum;
    private readonly bool centered = step.Centered;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V p, V g, ref V first, ref V second, ref V third)
        where V : struct, ILanes<V>
    {
        g = V.MultiplyAdd(V.Broadcast(decay), p, g);
        second = V.MultiplyAdd(V.Broadcast(otherAlpha) * g, g, V.Broadcast(alpha) * second);
        var variance = second;
        if (centered)
        {
            // Rounding may leave a tiny negative number.
            third = V.MultiplyAdd(V.Broadcast(otherAlpha), g, V.Broadcast(alpha) * third);
            variance = V.Max(default, second - (third * third));
        }

        var scaled = g / (V.Sqrt(variance) + V.Broadcast(epsilon));
        if (momentum != 0)
        {
            first = V.MultiplyAdd(V.Broadcast(momentum), first, scaled);
            scaled = first;
        }

        return p - (V.Broadcast(rate) * scaled);
    }
}
