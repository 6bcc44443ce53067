using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Rows;

namespace Tributary.Numerics.Cpu.Norms;

/// <summary>The elements of dy ⊙ x̂, whose column sums are the gradient of the gain.</summary>
internal readonly unsafe struct NormalisedTerm(View x, View stats, View dy) : IColumnTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Load<V>(int row, int column, int remaining)
        where V : struct, ILanes<V>
    {
        var numbers = stats.Row(row);
        var normal = (Lane.Load<V>(x.At(row, column), remaining) - V.Broadcast(numbers[0])) * V.Broadcast(numbers[1]);
        return normal * Lane.Load<V>(dy.At(row, column), remaining);
    }
}
