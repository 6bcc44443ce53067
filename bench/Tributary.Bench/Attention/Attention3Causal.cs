using System.Numerics.Tensors;

namespace Tributary.Bench.Attention;

/// <summary>One row of scores at a time, and of that only the keys that the query sees: half the work, and no length × length matrix.</summary>
public sealed class Attention3Causal : IAttentionVariant
{
    public void Attend(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, Span<float> y, int length, int width)
    {
        var scores = new float[length];
        for (var i = 0; i < length; i++)
        {
            var row = scores.AsSpan(0, i + 1);
            for (var j = 0; j <= i; j++)
            {
                row[j] = TensorPrimitives.Dot(q.Slice(i * width, width), k.Slice(j * width, width)) / MathF.Sqrt(width);
            }

            TensorPrimitives.SoftMax(row, row);
            var to = y.Slice(i * width, width);
            to.Clear();
            for (var j = 0; j <= i; j++)
            {
                TensorPrimitives.MultiplyAdd(v.Slice(j * width, width), row[j], to, to);
            }
        }
    }
}
