using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Losses;

/// <summary>tlosses[r] = Σ (σ(z) − y) · tlogits. The items are rows.</summary>
internal readonly unsafe struct BinaryCrossEntropyTangentKernel(View logits, View targets, View tlogits, View tlosses) : IKernel
{
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var count = logits.Columns;
        for (var row = start; row < end; row++)
        {
            float* z = logits.Row(row), y = targets.Row(row), t = tlogits.Row(row);
            V sum = default;
            for (var i = 0; i < count; i += V.Count)
            {
                // Tangents are 0 in the lanes that do not exist.
                var difference = LaneMath.Sigmoid(Lane.Load<V>(z + i, count - i)) - Lane.Load<V>(y + i, count - i);
                sum = V.MultiplyAdd(difference, Lane.Load<V>(t + i, count - i), sum);
            }

            tlosses.Data[row] = sum.Sum();
        }
    }
}
