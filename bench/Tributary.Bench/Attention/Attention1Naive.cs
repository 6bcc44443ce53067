namespace Tributary.Bench.Attention;

/// <summary>The definition: all length × length scores, those of later keys set to −∞, softmax over each row, the product with v.</summary>
public sealed class Attention1Naive : IAttentionVariant
{
    public void Attend(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, Span<float> y, int length, int width)
    {
        var scores = new float[length * length];
        var scale = 1 / MathF.Sqrt(width);
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j < length; j++)
            {
                var sum = 0f;
                for (var c = 0; c < width; c++)
                {
                    sum += q[(i * width) + c] * k[(j * width) + c];
                }

                scores[(i * length) + j] = j <= i ? sum * scale : float.NegativeInfinity;
            }
        }

        for (var i = 0; i < length; i++)
        {
            Softmax(scores.AsSpan(i * length, length));
            for (var c = 0; c < width; c++)
            {
                var sum = 0f;
                for (var j = 0; j < length; j++)
                {
                    sum += scores[(i * length) + j] * v[(j * width) + c];
                }

                y[(i * width) + c] = sum;
            }
        }
    }

    private static void Softmax(Span<float> row)
    {
        var top = float.NegativeInfinity;
        foreach (var score in row)
        {
            top = MathF.Max(top, score);
        }

        var total = 0f;
        foreach (ref var score in row)
        {
            score = MathF.Exp(score - top);
            total += score;
        }

        foreach (ref var score in row)
        {
            score /= total;
        }
    }
}
