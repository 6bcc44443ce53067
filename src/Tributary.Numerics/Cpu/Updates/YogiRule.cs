using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>Yogi (Zaheer et al. 2018) with bias correction; both moments begin at the initial accumulator.</summary>
internal readonly struct YogiRule(in OptimizerStep step) : IUpdateRule
{
    private readonly float decay = (float)step.WeightDecay;
    private readonly float beta1 = (float)step.Beta1;
    private readonly float otherBeta1 = (float)(1 - step.Beta1);
    private readonly float otherBeta2 = (float)(1 - step.Beta2);
    private readonly float rate = (float)(step.LearningRate / (1 - Math.Pow(step.Beta1, step.Step)));
    private readonly float rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(step.Beta2, step.Step)));
    private readonly float epsilon = (float)step.Epsilon;
    private readonly float initial = (float)step.InitialAccumulator;
    private readonly bool begins = step.Step == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V p, V g, ref V first, ref V second, ref V third)
        where V : struct, ILanes<V>
    {
        g = V.MultiplyAdd(V.Broadcast(decay), p, g);
        first = V.MultiplyAdd(V.Broadcast(otherBeta1), g, V.Broadcast(beta1) * (begins ? V.Broadcast(initial) : first));
        second = begins ? V.Broadcast(initial) : second;
        var square = g * g;
        var change = V.Broadcast(otherBeta2) * square;
        second -= V.Select(V.Less(square, second), change, V.Select(V.Less(second, square), default(V) - change, default));
        return p - (V.Broadcast(rate) * first / V.MultiplyAdd(V.Sqrt(second), V.Broadcast(rootCorrection), V.Broadcast(epsilon)));
    }
}
