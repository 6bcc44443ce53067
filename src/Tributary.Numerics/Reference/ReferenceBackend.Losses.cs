namespace Tributary.Numerics.Reference;

/// <content>Cross-entropy with label smoothing (Szegedy et al. 2016): the target is 1 − ε at the label plus ε / classes everywhere; binary cross-entropy of several labels.</content>
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

    /// <inheritdoc/>
    public void BinaryCrossEntropy(Matrix logits, Matrix targets, float weight, Matrix losses, bool gradient)
    {
        Shapes.BinaryCrossEntropy(logits, targets, losses);
        var (z, y, loss) = (Of(logits), Of(targets), Of(losses));
        for (var r = 0; r < logits.Rows; r++)
        {
            loss[0, r] = T.Zero;
            for (var c = 0; c < logits.Columns; c++)
            {
                // log(1 + eᶻ) without overflow.
                loss[0, r] += T.Max(z[r, c], T.Zero) - (z[r, c] * y[r, c]) + T.Log(T.One + T.Exp(-T.Abs(z[r, c])));
                z[r, c] = gradient ? Number(weight) * (Sigmoid(z[r, c]) - y[r, c]) : z[r, c];
            }
        }
    }

    /// <inheritdoc/>
    public void BinaryCrossEntropyTangent(Matrix logits, Matrix targets, Matrix tlogits, Matrix tlosses)
    {
        Shapes.BinaryCrossEntropyTangent(logits, targets, tlogits, tlosses);
        var (z, y, tangent, loss) = (Of(logits), Of(targets), Of(tlogits), Of(tlosses));
        for (var r = 0; r < logits.Rows; r++)
        {
            loss[0, r] = T.Zero;
            for (var c = 0; c < logits.Columns; c++)
            {
                loss[0, r] += (Sigmoid(z[r, c]) - y[r, c]) * tangent[r, c];
            }
        }
    }

    private static T Sigmoid(T x) => T.One / (T.One + T.Exp(-x));

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
