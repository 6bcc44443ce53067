using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y = f(x), elementwise.</summary>
public sealed class ActivationOperation : Operation
{
    private Var x = null!;
    private Var output = null!;
    private ActivationKind kind;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal ActivationOperation Set(ActivationKind kind, Var x)
    {
        (this.kind, this.x) = (kind, x);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Value.Rows, x.Value.Columns, x.NeedsGradient);
        tape.Backend.Activate(kind, x.Value, output.Value);
        if (output.NeedsGradient)
        {
            tape.Hold(x);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            tape.Backend.ActivateSlope(kind, x.Value, x.Tangent, tape.TangentToAdd(output), 0);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        tape.Backend.ActivateSlope(kind, x.Value, output.Gradient, tape.GradientToOverwriteOrAdd(x, out var beta), beta);
        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, output) = (null!, null!);
}
