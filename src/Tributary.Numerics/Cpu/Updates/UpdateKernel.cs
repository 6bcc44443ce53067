using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>Applies a rule to every element in one pass over memory.</summary>
internal readonly unsafe struct UpdateKernel<TRule>(TRule rule, UpdateOperands operands, bool maximize) : IElementKernel
    where TRule : struct, IUpdateRule
{
    private readonly TRule rule = rule;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>
    {
        var local = rule;
        float* p = operands.Parameter.At(row, start), g = operands.Gradient.At(row, start);
        var m = operands.First.IsEmpty ? null : operands.First.At(row, start);
        var v = operands.Second.IsEmpty ? null : operands.Second.At(row, start);
        var e = operands.Third.IsEmpty ? null : operands.Third.At(row, start);
        var sign = V.Broadcast(maximize ? -1f : 1f);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            var first = m is null ? default : Lane.Load<V>(m + i, rest);
            var second = v is null ? default : Lane.Load<V>(v + i, rest);
            var third = e is null ? default : Lane.Load<V>(e + i, rest);
            Lane.Store(local.Apply(Lane.Load<V>(p + i, rest), sign * Lane.Load<V>(g + i, rest), ref first, ref second, ref third), p + i, rest);
            Keep(first, m, i, rest);
            Keep(second, v, i, rest);
            Keep(third, e, i, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep<V>(V value, float* state, int i, int rest)
        where V : struct, ILanes<V>
    {
        if (state is not null)
        {
            Lane.Store(value, state + i, rest);
        }
    }
}
