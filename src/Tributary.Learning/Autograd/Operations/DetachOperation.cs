namespace Tributary.Learning.Autograd.Operations;

/// <summary>x in memory of its own, as a constant: neither gradient nor tangent passes.</summary>
public sealed class DetachOperation : Operation
{
    private Var x = null!;
    private Var output = null!;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal DetachOperation Set(Var x)
    {
        this.x = x;
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Rows, x.Value.Columns, needsGradient: false);
        tape.Backend.AddScaled(x.Value, output.Value, 1, 0);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape) => output.Tangent = default;

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, output) = (null!, null!);
}
