namespace Tributary.Numerics.Profiling;

/// <content>Losses over rows of logits.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public void CrossEntropy(Matrix logits, ReadOnlySpan<int> labels, Matrix weights, Matrix losses, bool gradient, float smoothing = 0)
    {
        using var span = profiler.Measure(StepPart.CrossEntropy);
        inner.CrossEntropy(logits, labels, weights, losses, gradient, smoothing);
    }

    /// <inheritdoc/>
    public void CrossEntropyTangent(Matrix logits, ReadOnlySpan<int> labels, Matrix tlogits, Matrix tlosses, float smoothing = 0)
    {
        using var span = profiler.Measure(StepPart.CrossEntropy);
        inner.CrossEntropyTangent(logits, labels, tlogits, tlosses, smoothing);
    }

    /// <inheritdoc/>
    public void BinaryCrossEntropy(Matrix logits, Matrix targets, float weight, Matrix losses, bool gradient)
    {
        using var span = profiler.Measure(StepPart.CrossEntropy);
        inner.BinaryCrossEntropy(logits, targets, weight, losses, gradient);
    }

    /// <inheritdoc/>
    public void BinaryCrossEntropyTangent(Matrix logits, Matrix targets, Matrix tlogits, Matrix tlosses)
    {
        using var span = profiler.Measure(StepPart.CrossEntropy);
        inner.BinaryCrossEntropyTangent(logits, targets, tlogits, tlosses);
    }
}
