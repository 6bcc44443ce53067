using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Norms;

/// <summary>y = (x − mean) · rstd · gain + bias and stats = (mean, rstd), which are (0, 1) for affine; the items are rows, each read while it is in the first cache.</summary>
internal readonly unsafe struct NormKernel(NormKind kind, View x, View gain, View bias, float epsilon, View y, View stats) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var count = x.Columns;
        var unit = V.Broadcast(kind == NormKind.RmsPlusOne ? 1f : 0f);
        for (var row = start; row < end; row++)
        {
            float* source = x.Row(row), target = y.Row(row);
            var mean = kind == NormKind.Layer ? RowSums.Sum<V>(source, count) / count : 0;
            var rstd = kind == NormKind.Affine ? 1 : 1 / MathF.Sqrt((RowSums.SumOfSquares<V>(source, count, mean) / count) + epsilon);
            stats.Row(row)[0] = mean;
            stats.Row(row)[1] = rstd;
            V centre = V.Broadcast(mean), factor = V.Broadcast(rstd);
            for (var i = 0; i < count; i += V.Count)
            {
                var rest = count - i;
                var scaled = (Lane.Load<V>(source + i, rest) - centre) * factor;
                var offset = bias.IsEmpty ? default : Lane.Load<V>(bias.Data + i, rest);
                Lane.Store(V.MultiplyAdd(scaled, unit + Lane.Load<V>(gain.Data + i, rest), offset), target + i, rest);
            }
        }
    }
}
