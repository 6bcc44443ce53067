using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>Adam and AdamW, with AMSGrad's largest second moment in <c>third</c>.</summary>
internal readonly struct AdamRule(in OptimizerStep step) : IUpdateRule
{
    private readonly float shrink = step.Kind == OptimizerKind.AdamW ? (float)(1 - (step.LearningRate * step.WeightDecay)) : 1;
    private readonly float decay = step.Kind == OptimizerKind.AdamW ? 0 : (float)step.WeightDecay;
    private readonly float beta1 = (float)step.Beta1;
    private readonly float beta2 = (float)step.Beta2;
    private readonly float otherBeta1 = (float)(1 - step.Beta1);
    private readonly float otherBeta2 = (float)(1 - step.Beta2);
    private readonly float rate = (float)(step.LearningRate / (1 - Math.Pow(step.Beta1, step.Step)));
    private readonly float rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(step.Beta2, step.Step)));
    private readonly float epsilon = (float)step.Epsilon;
    private readonly bool amsGrad = step.AmsGrad;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V p, V g, ref V first, ref V second, ref V third)
        where V : struct, ILanes<V>
    {
        g = V.MultiplyAdd(V.Broadcast(decay), p, g);
        first = V.MultiplyAdd(V.Broadcast(otherBeta1), g, V.Broadcast(beta1) * first);
        second = V.MultiplyAdd(V.Broadcast(otherBeta2) * g, g, V.Broadcast(beta2) * second);
        var square = second;
        if (amsGrad)
        {
            third = V.Max(third, second);
            square = third;
        }

        var deviation = V.MultiplyAdd(V.Sqrt(square), V.Broadcast(rootCorrection), V.Broadcast(epsilon));
        return (p * V.Broadcast(shrink)) - (V.Broadcast(rate) * first / deviation);
    }
}
