using System.Numerics.Tensors;

namespace Tributary.Bench.Attention;

/// <summary>The same with vectors, all operands read along their rows: an inner product for each score, a scaled row of v added for each probability.</summary>
public sealed class Attention2Vectors : IAttentionVariant
{
    public void Attend(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, Span<float> y, int length, int width)
    {
        var scores = new float[length * length];
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j < length; j++)
            {
                scores[(i * length) + j] = j <= i
                    ? TensorPrimitives.Dot(q.Slice(i * width, width), k.Slice(j * width, width)) / MathF.Sqrt(width)
                    : float.NegativeInfinity;
            }
        }

        for (var i = 0; i < length; i++)
        {
            var row = scores.AsSpan(i * length, length);
            TensorPrimitives.SoftMax(row, row);
            var to = y.Slice(i * width, width);
            to.Clear();
            for (var j = 0; j < length; j++)
            {
                TensorPrimitives.MultiplyAdd(v.Slice(j * width, width), row[j], to, to);
            }
        }
    }
}
