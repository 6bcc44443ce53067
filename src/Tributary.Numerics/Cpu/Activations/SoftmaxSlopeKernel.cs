using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>z = y ⊙ (d − Σ y ⊙ d) + beta · z; the items are rows, which are narrow.</summary>
internal readonly unsafe struct SoftmaxSlopeKernel(View y, View d, View z, float beta) : IKernel
{
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var row = start; row < end; row++)
        {
            float* at = y.Row(row), from = d.Row(row), to = z.Row(row);
            var mean = 0.0;
            for (var c = 0; c < y.Columns; c++)
            {
                mean += (double)at[c] * from[c];
            }

            for (var c = 0; c < y.Columns; c++)
            {
                var slope = (float)(at[c] * (from[c] - mean));
                to[c] = beta == 0 ? slope : slope + (beta * to[c]);
            }
        }
    }
}
