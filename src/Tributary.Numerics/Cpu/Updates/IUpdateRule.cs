using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>One optimizer's arithmetic, as torch.optim defines it. A rule is built once for a step, with its numbers already combined.</summary>
internal interface IUpdateRule
{
    /// <summary>The parameter after the step, from its value <paramref name="p"/> and gradient <paramref name="g"/>; advances the states.</summary>
    V Apply<V>(V p, V g, ref V first, ref V second, ref V third)
        where V : struct, ILanes<V>;
}
