using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>table[ids[i]] += scale · x[i] in the order of i; the items are blocks of columns, so that no two threads meet in a row of the table.</summary>
internal readonly unsafe struct ScatterAddKernel(View x, int* ids, View table, int skip, float scale) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var first = start * ColumnBlock.Width;
        var count = Math.Min(end * ColumnBlock.Width, x.Columns) - first;
        for (var row = 0; row < x.Rows; row++)
        {
            if (ids[row] != skip)
            {
                AddScaledKernel.Row<V>(x.At(row, first), table.At(ids[row], first), count, scale, 1);
            }
        }
    }
}
