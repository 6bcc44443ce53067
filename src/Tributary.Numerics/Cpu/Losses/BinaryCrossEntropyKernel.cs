using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Losses;

/// <summary>The loss of each row over its classes and, if asked for, weight · (σ(z) − y) in the place of the logits. The items are rows.</summary>
internal readonly unsafe struct BinaryCrossEntropyKernel(View logits, View targets, float weight, View losses, bool gradient) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var count = logits.Columns;
        var factor = V.Broadcast(weight);
        for (var row = start; row < end; row++)
        {
            float* z = logits.Row(row), y = targets.Row(row);
            losses.Data[row] = (float)Loss(z, y, count);
            for (var i = 0; gradient && i < count; i += V.Count)
            {
                var difference = LaneMath.Sigmoid(Lane.Load<V>(z + i, count - i)) - Lane.Load<V>(y + i, count - i);
                Lane.Store(difference * factor, z + i, count - i);
            }
        }
    }

    // Classes are few, and the logarithm wants double: 1 + e⁻ᶻ swallows what a single has left of e⁻ᶻ.
    private static double Loss(float* z, float* y, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            sum += Math.Max(z[i], 0.0) - ((double)z[i] * y[i]) + Math.Log(1 + Math.Exp(-Math.Abs((double)z[i])));
        }

        return sum;
    }
}
