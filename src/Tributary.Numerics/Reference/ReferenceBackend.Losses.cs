namespace Tributary.Numerics.Reference;

/// <content>Cross-entropy with label smoothing (Szegedy et al. 2016): the target is 1 − ε at the label plus ε / classes everywhere.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void CrossEntropy(Matrix logits, ReadOnlySpan<int> labels, Matrix weights, Matrix losses, bool gradient, float smoothing = 0)
    {
        Shapes.CrossEntropy(logits, labels, weights, losses, gradient, smoothing);
        var (z, loss) = (Of(logits), Of(losses));
        for (var r = 0; r < logits.Rows; r++)
        {
            loss[0, r] = T.Zero;
            var logSum = LogSum(z, r);
            for (var c = 0; c < logits.Columns; c++)
            {
                var target = Target(labels[r], c, logits.Columns, smoothing);
                loss[0, r] += target * (logSum - z[r, c]);
                if (gradient)
                {
                    z[r, c] = labels[r] < 0 ? T.Zero : Of(weights)[0, r] * (T.Exp(z[r, c] - logSum) - target);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void CrossEntropyTangent(Matrix logits, ReadOnlySpan<int> labels, Matrix tlogits, Matrix tlosses, float smoothing = 0)
    {
        Shapes.CrossEntropyTangent(logits, labels, tlogits, tlosses, smoothing);
        var (z, tangent, loss) = (Of(logits), Of(tlogits), Of(tlosses));
        for (var r = 0; r < logits.Rows; r++)
        {
            loss[0, r] = T.Zero;
            var logSum = LogSum(z, r);
            for (var c = 0; c < logits.Columns && labels[r] >= 0; c++)
            {
                loss[0, r] += (T.Exp(z[r, c] - logSum) - Target(labels[r], c, logits.Columns, smoothing)) * tangent[r, c];
            }
        }
    }

    private static T Target(int label, int column, int classes, float smoothing)
    {
        if (label < 0)
        {
            return T.Zero;
        }

        var spread = Number(smoothing) / Number(classes);
        return column == label ? T.One - Number(smoothing) + spread : spread;
    }

    private static T LogSum(View<T> logits, int row)
    {
        var top = T.NegativeInfinity;
        for (var c = 0; c < logits.Columns; c++)
        {
            top = T.Max(top, logits[row, c]);
        }

        var sum = T.Zero;
        for (var c = 0; c < logits.Columns; c++)
        {
            sum += T.Exp(logits[row, c] - top);
        }

        return top + T.Log(sum);
    }
}
