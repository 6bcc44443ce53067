using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Losses;

namespace Tributary.Numerics.Cpu;

/// <content>Losses.</content>
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public void CrossEntropy(Matrix logits, ReadOnlySpan<int> labels, Matrix weights, Matrix losses, bool gradient, float smoothing = 0)
    {
        Shapes.CrossEntropy(logits, labels, weights, losses, gradient, smoothing);
        fixed (int* list = labels)
        {
            var kernel = new CrossEntropyKernel(new(logits), list, gradient ? new(weights) : default, new(losses), smoothing);
            Launch.Items(team, kernels, kernel, logits.Rows, logits.Count * 4);
        }
    }

    /// <inheritdoc/>
    public void CrossEntropyTangent(Matrix logits, ReadOnlySpan<int> labels, Matrix tlogits, Matrix tlosses, float smoothing = 0)
    {
        Shapes.CrossEntropyTangent(logits, labels, tlogits, tlosses, smoothing);
        fixed (int* list = labels)
        {
            var kernel = new CrossEntropyTangentKernel(new(logits), list, new(tlogits), new(tlosses), smoothing);
            Launch.Items(team, kernels, kernel, logits.Rows, logits.Count * 4);
        }
    }

    /// <inheritdoc/>
    public void BinaryCrossEntropy(Matrix logits, Matrix targets, float weight, Matrix losses, bool gradient)
    {
        Shapes.BinaryCrossEntropy(logits, targets, losses);
        Launch.Items(team, kernels, new BinaryCrossEntropyKernel(new(logits), new(targets), weight, new(losses), gradient), logits.Rows, logits.Count * 8);
    }

    /// <inheritdoc/>
    public void BinaryCrossEntropyTangent(Matrix logits, Matrix targets, Matrix tlogits, Matrix tlosses)
    {
        Shapes.BinaryCrossEntropyTangent(logits, targets, tlogits, tlosses);
        Launch.Items(team, kernels, new BinaryCrossEntropyTangentKernel(new(logits), new(targets), new(tlogits), new(tlosses)), logits.Rows, logits.Count * 4);
    }
}
