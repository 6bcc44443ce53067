using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>Adagrad; <c>second</c> is the sum of squares, which begins at the initial accumulator.</summary>
internal readonly struct AdagradRule(in OptimizerStep step) : IUpdateRule
{
    private readonly float rate = (float)(step.LearningRate / (1 + ((step.Step - 1) * step.Decay)));
    private readonly float decay = (float)step.WeightDecay;
    private readonly float epsilon = (float)step.Epsilon;
    private readonly float initial = (float)step.InitialAccumulator;
    private readonly bool begins = step.Step == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V p, V g, ref V first, ref V second, ref V third)
        where V : struct, ILanes<V>
    {
        g = V.MultiplyAdd(V.Broadcast(decay), p, g);
        second = V.MultiplyAdd(g, g, begins ? V.Broadcast(initial) : second);
        return p - (V.Broadcast(rate) * g / (V.Sqrt(second) + V.Broadcast(epsilon)));
    }
}
