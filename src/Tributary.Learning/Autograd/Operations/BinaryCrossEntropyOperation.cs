using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Mean binary cross-entropy of logits [sequences, classes] against targets, over all their entries; the gradient carries <c>scale</c>.</summary>
public sealed class BinaryCrossEntropyOperation : Operation
{
    private Var logits = null!;
    private Var loss = null!;
    private Matrix dlogits;
    private ReadOnlyMemory<float> targets;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal BinaryCrossEntropyOperation Set(Var logits, ReadOnlyMemory<float> targets, float scale)
    {
        (this.logits, this.targets, this.scale) = (logits, targets, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        loss = tape.NewScalar(logits.NeedsGradient);
        dlogits = logits.Value;
        if (loss.NeedsGradient)
        {
            dlogits = tape.Arena.Rent(logits.Rows, logits.Width);
            tape.Backend.AddScaled(logits.Value, dlogits, 1, 0);
        }

        var expected = Uploaded(tape);
        var losses = tape.Arena.Rent(1, logits.Rows);
        tape.Backend.BinaryCrossEntropy(dlogits, expected, scale / logits.Value.Count, losses, gradient: loss.NeedsGradient);
        loss.Scalar = RowLosses.Sum(tape.Backend, losses) / logits.Value.Count;
        tape.Arena.Return(losses);
        tape.Arena.Return(expected);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (logits.Tangent.IsEmpty)
        {
            return;
        }

        var expected = Uploaded(tape);
        var tlosses = tape.Arena.Rent(1, logits.Rows);
        tape.Backend.BinaryCrossEntropyTangent(logits.Value, expected, logits.Tangent, tlosses);
        loss.ScalarTangent = RowLosses.Sum(tape.Backend, tlosses) / logits.Value.Count;
        tape.Arena.Return(tlosses);
        tape.Arena.Return(expected);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.GiveGradient(logits, dlogits, loss.ScalarGradient);

    /// <inheritdoc/>
    protected internal override void Clear() => (logits, loss, dlogits, targets) = (null!, null!, default, default);

    private Matrix Uploaded(Tape tape)
    {
        var matrix = tape.Arena.Rent(logits.Rows, logits.Width);
        tape.Backend.Upload(targets.Span, matrix);
        return matrix;
    }
}
