using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Rotary positions, in place on every head of x.</summary>
public sealed class RotateOperation : Operation
{
    private Var x = null!;
    private Matrix cos;
    private Matrix sin;
    private ReadOnlyMemory<int> positions;
    private int headWidth;

    /// <inheritdoc/>
    protected internal override Var Output => x;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal RotateOperation Set(Var x, ReadOnlyMemory<int> positions, Matrix cos, Matrix sin, int headWidth)
    {
        (this.x, this.positions, this.cos, this.sin, this.headWidth) = (x, positions, cos, sin, headWidth);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape) => tape.Backend.Rotate(x.Value, positions.Span, cos, sin, headWidth, inverse: false);

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            tape.Backend.Rotate(x.Tangent, positions.Span, cos, sin, headWidth, inverse: false);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.Backend.Rotate(x.Gradient, positions.Span, cos, sin, headWidth, inverse: true);

    /// <inheritdoc/>
    protected internal override void Clear() => (x, cos, sin, positions) = (null!, default, default, default);
}
