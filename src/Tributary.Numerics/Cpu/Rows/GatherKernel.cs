using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>y[i] = table[ids[i]] + beta · y[i]; the items are rows of y.</summary>
internal readonly unsafe struct GatherKernel(View table, int* ids, View y, float beta) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var row = start; row < end; row++)
        {
            AddScaledKernel.Row<V>(table.Row(ids[row]), y.Row(row), y.Columns, 1, beta);
        }
    }
}
