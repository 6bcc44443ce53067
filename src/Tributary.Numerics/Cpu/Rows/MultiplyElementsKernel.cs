using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>y = alpha · x ⊙ z + beta · y; z is repeated over the rows when it has only one.</summary>
internal readonly unsafe struct MultiplyElementsKernel(View x, View z, View y, float alpha, float beta) : IElementKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>
    {
        float* left = x.At(row, start), right = z.At(z.Rows == 1 ? 0 : row, start), target = y.At(row, start);
        var factor = V.Broadcast(alpha);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            var scaled = factor * Lane.Load<V>(left + i, rest);
            Lane.Store(V.MultiplyAdd(scaled, Lane.Load<V>(right + i, rest), Lane.Old<V>(target + i, rest, beta)), target + i, rest);
        }
    }
}
