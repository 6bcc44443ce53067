using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>Stochastic gradient descent; <c>first</c> is the momentum buffer, which begins as the first gradient.</summary>
internal readonly struct SgdRule(in OptimizerStep step) : IUpdateRule
{
    private readonly float rate = (float)-step.LearningRate;
    private readonly float decay = (float)step.WeightDecay;
    private readonly float momentum = (float)step.Momentum;
    private readonly float keepOld = step.Step == 1 ? 0 : (float)step.Momentum;
    private readonly float takeNew = step.Step == 1 ? 1 : (float)(1 - step.Dampening);
    private readonly bool nesterov = step.Nesterov;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V p, V g, ref V first, ref V second, ref V third)
        where V : struct, ILanes<V>
    {
        g = V.MultiplyAdd(V.Broadcast(decay), p, g);
        if (momentum != 0)
        {
            first = V.MultiplyAdd(V.Broadcast(takeNew), g, V.Broadcast(keepOld) * first);
            g = nesterov ? V.MultiplyAdd(V.Broadcast(momentum), first, g) : first;
        }

        return V.MultiplyAdd(V.Broadcast(rate), g, p);
    }
}
