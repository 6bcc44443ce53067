using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Mean cross-entropy of logits that the caller has, over the labelled rows; the gradient carries <c>scale</c>.</summary>
public sealed class CrossEntropyOperation : Operation
{
    private Var logits = null!;
    private Var loss = null!;
    private Matrix dlogits;
    private ReadOnlyMemory<int> labels;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal CrossEntropyOperation Set(Var logits, ReadOnlyMemory<int> labels, float scale)
    {
        (this.logits, this.labels, this.scale) = (logits, labels, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        loss = tape.NewScalar(logits.NeedsGradient);
        var rows = logits.Value.Rows;
        var count = RowLosses.Labelled(labels.Span);
        var weights = tape.Arena.Rent(1, rows);
        var losses = tape.Arena.Rent(1, rows);
        tape.Backend.Fill(weights, scale / Math.Max(count, 1));
        dlogits = logits.Value;
        if (loss.NeedsGradient)
        {
            dlogits = tape.Arena.Rent(rows, logits.Value.Columns);
            tape.Backend.AddScaled(logits.Value, dlogits, 1, 0);
        }

        tape.Backend.CrossEntropy(dlogits, labels.Span, weights, losses, gradient: loss.NeedsGradient);
        loss.Scalar = RowLosses.Sum(tape.Backend, losses) / Math.Max(count, 1);
        tape.Arena.Return(weights);
        tape.Arena.Return(losses);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (logits.Tangent.IsEmpty)
        {
            return;
        }

        var tlosses = tape.Arena.Rent(1, logits.Value.Rows);
        tape.Backend.CrossEntropyTangent(logits.Value, labels.Span, logits.Tangent, tlosses);
        loss.ScalarTangent = RowLosses.Sum(tape.Backend, tlosses) / Math.Max(RowLosses.Labelled(labels.Span), 1);
        tape.Arena.Return(tlosses);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.GiveGradient(logits, dlogits, loss.ScalarGradient);

    /// <inheritdoc/>
    protected internal override void Clear() => (logits, loss, dlogits, labels) = (null!, null!, default, default);
}
