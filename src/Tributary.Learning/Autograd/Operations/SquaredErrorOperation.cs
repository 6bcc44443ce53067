using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Mean squared error of scores [sequences, outputs] against targets; the gradient carries <c>scale</c>.</summary>
public sealed class SquaredErrorOperation : Operation
{
    private Var scores = null!;
    private Var loss = null!;
    private Matrix difference;
    private ReadOnlyMemory<float> targets;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal SquaredErrorOperation Set(Var scores, ReadOnlyMemory<float> targets, float scale)
    {
        (this.scores, this.targets, this.scale) = (scores, targets, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        loss = tape.NewScalar(scores.NeedsGradient);
        difference = tape.Arena.Rent(scores.Rows, scores.Width);
        tape.Backend.Upload(targets.Span, difference);
        tape.Backend.AddScaled(scores.Value, difference, 1, -1);
        loss.Scalar = tape.Backend.SumOfSquares(difference) / difference.Count;
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!scores.Tangent.IsEmpty)
        {
            loss.ScalarTangent = 2 * tape.Backend.Dot(difference, scores.Tangent) / difference.Count;
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var factor = 2 * scale * loss.ScalarGradient / difference.Count;
        tape.Backend.AddScaled(difference, tape.GradientToOverwriteOrAdd(scores, out var beta), factor, beta);
        tape.Arena.Return(difference);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (scores, loss, difference, targets) = (null!, null!, default, default);
}
