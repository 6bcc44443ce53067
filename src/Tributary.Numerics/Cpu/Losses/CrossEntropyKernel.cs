using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Losses;

/// <summary>The loss of each row and, with weights, its gradient in the place of the logits. The items are rows.</summary>
internal readonly unsafe struct CrossEntropyKernel(View logits, int* labels, View weights, View losses, float smoothing) : IKernel
{
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var row = start; row < end; row++)
        {
            if (labels[row] < 0)
            {
                losses.Data[row] = 0;
                if (!weights.IsEmpty)
                {
                    new Span<float>(logits.Row(row), logits.Columns).Clear();
                }
            }
            else
            {
                Row<V>(row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<V>(int row)
        where V : struct, ILanes<V>
    {
        var x = logits.Row(row);
        var (count, label) = (logits.Columns, labels[row]);
        var top = LogitRow.Largest<V>(x, count);
        var sum = LogitRow.ExpSum<V>(x, count, top);

        // Everything relative to the largest logit: large logits that are close together keep their digits.
        var loss = Math.Log(sum) - ((1.0 - smoothing) * (x[label] - top));
        losses.Data[row] = (float)(smoothing == 0 ? loss : loss - (smoothing * LogitRow.Sum<V>(x, count, top) / count));
        if (weights.IsEmpty)
        {
            return;
        }

        var weight = weights.Data[row];
        V shift = V.Broadcast(top), factor = V.Broadcast((float)(weight / sum)), spread = V.Broadcast(-weight * smoothing / count);
        for (var i = 0; i < count; i += V.Count)
        {
            var p = LaneMath.Exp(Lane.Load<V>(x + i, count - i) - shift);
            Lane.Store(V.MultiplyAdd(p, factor, spread), x + i, count - i);
        }

        x[label] -= weight * (1 - smoothing);
    }
}
