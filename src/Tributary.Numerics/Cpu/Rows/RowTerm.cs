using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>The elements of x.</summary>
internal readonly unsafe struct RowTerm(View x) : IColumnTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Load<V>(int row, int column, int remaining)
        where V : struct, ILanes<V> => Lane.Load<V>(x.At(row, column), remaining);
}
