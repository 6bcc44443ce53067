using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Norms;

/// <summary>dx += rstd · (h − mean(h) − x̂ · mean(h ⊙ x̂)) with h = dy ⊙ gain; without mean(h) for RMS, h alone for affine. The items are rows.</summary>
internal readonly unsafe struct NormInputGradientKernel(NormKind kind, View x, View gain, View stats, View dy, View dx) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var count = x.Columns;
        var unit = V.Broadcast(kind == NormKind.RmsPlusOne ? 1f : 0f);
        for (var row = start; row < end; row++)
        {
            float* source = x.Row(row), gradient = dy.Row(row), target = dx.Row(row);
            V centre = V.Broadcast(stats.Row(row)[0]), factor = V.Broadcast(stats.Row(row)[1]);
            V sums = default, products = default;
            for (var i = 0; i < count; i += V.Count)
            {
                // h is 0 in the lanes that do not exist, so x̂ need not be masked.
                var rest = count - i;
                var h = Lane.Load<V>(gradient + i, rest) * (unit + Lane.Load<V>(gain.Data + i, rest));
                sums += h;
                products = V.MultiplyAdd(h, (Lane.Load<V>(source + i, rest) - centre) * factor, products);
            }

            var meanH = V.Broadcast(kind == NormKind.Layer ? sums.Sum() / count : 0);
            var meanProduct = V.Broadcast(kind == NormKind.Affine ? 0 : -products.Sum() / count);
            for (var i = 0; i < count; i += V.Count)
            {
                var rest = count - i;
                var h = Lane.Load<V>(gradient + i, rest) * (unit + Lane.Load<V>(gain.Data + i, rest));
                var normal = (Lane.Load<V>(source + i, rest) - centre) * factor;
                var through = V.MultiplyAdd(normal, meanProduct, h - meanH);
                Lane.Store(V.MultiplyAdd(through, factor, Lane.Load<V>(target + i, rest)), target + i, rest);
            }
        }
    }
}
