using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Norms;

/// <summary>ty = gain ⊙ tx̂ + tgain ⊙ x̂ + tbias with tx̂ = rstd · (tx − mean(tx) − x̂ · mean(tx ⊙ x̂)); without mean(tx) for RMS, tx alone for affine. The items are rows.</summary>
internal readonly unsafe struct NormTangentKernel(NormKind kind, View x, View gain, View stats, View tx, View tgain, View tbias, View ty) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var count = x.Columns;
        var unit = V.Broadcast(kind == NormKind.RmsPlusOne ? 1f : 0f);
        for (var row = start; row < end; row++)
        {
            float* source = x.Row(row), target = ty.Row(row);
            var tangent = tx.IsEmpty ? null : tx.Row(row);
            V centre = V.Broadcast(stats.Row(row)[0]), factor = V.Broadcast(stats.Row(row)[1]);
            V sums = default, products = default;
            for (var i = 0; tangent is not null && i < count; i += V.Count)
            {
                var rest = count - i;
                var t = Lane.Load<V>(tangent + i, rest);
                sums += t;
                products = V.MultiplyAdd(t, (Lane.Load<V>(source + i, rest) - centre) * factor, products);
            }

            var meanT = V.Broadcast(kind == NormKind.Layer ? sums.Sum() / count : 0);
            var meanProduct = V.Broadcast(kind == NormKind.Affine ? 0 : -products.Sum() / count);
            for (var i = 0; i < count; i += V.Count)
            {
                var rest = count - i;
                var normal = (Lane.Load<V>(source + i, rest) - centre) * factor;
                var result = tbias.IsEmpty ? default : Lane.Load<V>(tbias.Data + i, rest);
                if (!tgain.IsEmpty)
                {
                    result = V.MultiplyAdd(Lane.Load<V>(tgain.Data + i, rest), normal, result);
                }

                if (tangent is not null)
                {
                    var through = V.MultiplyAdd(normal, meanProduct, Lane.Load<V>(tangent + i, rest) - meanT) * factor;
                    result = V.MultiplyAdd(unit + Lane.Load<V>(gain.Data + i, rest), through, result);
                }

                Lane.Store(result, target + i, rest);
            }
        }
    }
}
