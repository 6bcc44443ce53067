namespace Tributary.Learning.Autograd.Operations;

/// <summary>x · factor, in place. x must not be read by another operation before.</summary>
public sealed class ScaleOperation : Operation
{
    private Var x = null!;
    private float factor;

    /// <inheritdoc/>
    protected internal override Var Output => x;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal ScaleOperation Set(Var x, float factor)
    {
        (this.x, this.factor) = (x, factor);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape) => tape.Backend.AddScaled(x.Value, x.Value, factor, 0);

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            tape.Backend.AddScaled(x.Tangent, x.Tangent, factor, 0);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.Backend.AddScaled(x.Gradient, x.Gradient, factor, 0);

    /// <inheritdoc/>
    protected internal override void Clear() => x = null!;
}
