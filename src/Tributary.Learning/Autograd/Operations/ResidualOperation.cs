namespace Tributary.Learning.Autograd.Operations;

/// <summary>y += x in place: the residual sum. y must not be read before.</summary>
public sealed class ResidualOperation : Operation
{
    private Var x = null!;
    private Var y = null!;

    /// <inheritdoc/>
    protected internal override Var Output => y;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal ResidualOperation Set(Var x, Var y)
    {
        (this.x, this.y) = (x, y);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        tape.Backend.AddScaled(x.Value, y.Value);
        y.NeedsGradient |= x.NeedsGradient;
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            tape.Backend.AddScaled(x.Tangent, tape.TangentToAdd(y));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (x.NeedsGradient)
        {
            tape.Backend.AddScaled(y.Gradient, tape.GradientToOverwriteOrAdd(x, out var beta), 1, beta);
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, y) = (null!, null!);
}
