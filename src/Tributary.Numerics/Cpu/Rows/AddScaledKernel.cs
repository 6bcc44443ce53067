using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>y = alpha · x + beta · y; x is repeated over the rows when it has only one.</summary>
internal readonly unsafe struct AddScaledKernel(View x, View y, float alpha, float beta) : IElementKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V> => Row<V>(x.At(x.Rows == 1 ? 0 : row, start), y.At(row, start), count, alpha, beta);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row<V>(float* x, float* y, int count, float alpha, float beta)
        where V : struct, ILanes<V>
    {
        var factor = V.Broadcast(alpha);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            Lane.Store(V.MultiplyAdd(factor, Lane.Load<V>(x + i, rest), Lane.Old<V>(y + i, rest, beta)), y + i, rest);
        }
    }
}
