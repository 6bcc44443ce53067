using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Norms;

/// <summary>y[r] = 1 / √Σ x[r]², 0 for a row of zeros; the items are rows of x.</summary>
internal readonly unsafe struct ReciprocalRowNormKernel(View x, View y) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var row = start; row < end; row++)
        {
            var square = RowSums.SumOfSquares<V>(x.Row(row), x.Columns, 0);
            y.Data[row] = square > 0 ? 1 / MathF.Sqrt(square) : 0;
        }
    }
}
