using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Losses;

/// <summary>tlosses[r] = Σ (p − target) · tlogits. The items are rows.</summary>
internal readonly unsafe struct CrossEntropyTangentKernel(View logits, int* labels, View tlogits, View tlosses, float smoothing) : IKernel
{
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var row = start; row < end; row++)
        {
            tlosses.Data[row] = labels[row] < 0 ? 0 : Row<V>(logits.Row(row), tlogits.Row(row), labels[row]);
        }
    }

    private float Row<V>(float* x, float* t, int label)
        where V : struct, ILanes<V>
    {
        var count = logits.Columns;
        var top = LogitRow.Largest<V>(x, count);
        var (sum, weighted) = LogitRow.WeightedSum<V>(x, t, count, top);
        var mean = smoothing == 0 ? 0 : LogitRow.Sum<V>(t, count, 0) / count;
        return (float)((weighted / sum) - ((1.0 - smoothing) * t[label]) - (smoothing * mean));
    }
}
