namespace Tributary.Learning.Autograd.Operations;

/// <summary>a + scale · b in memory of its own: where a or b is still needed as it is.</summary>
public sealed class SumOperation : Operation
{
    private Var a = null!;
    private Var b = null!;
    private Var output = null!;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal SumOperation Set(Var a, Var b, float scale)
    {
        (this.a, this.b, this.scale) = (a, b, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(a.Value.Rows, a.Value.Columns, a.NeedsGradient || b.NeedsGradient);
        tape.Backend.AddScaled(a.Value, output.Value, 1, 0);
        tape.Backend.AddScaled(b.Value, output.Value, scale);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!a.Tangent.IsEmpty)
        {
            tape.Backend.AddScaled(a.Tangent, tape.TangentToAdd(output));
        }

        if (!b.Tangent.IsEmpty)
        {
            tape.Backend.AddScaled(b.Tangent, tape.TangentToAdd(output), scale);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (a.NeedsGradient)
        {
            tape.Backend.AddScaled(output.Gradient, tape.GradientToOverwriteOrAdd(a, out var beta), 1, beta);
        }

        if (b.NeedsGradient)
        {
            tape.Backend.AddScaled(output.Gradient, tape.GradientToOverwriteOrAdd(b, out var beta), scale, beta);
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (a, b, output) = (null!, null!, null!);
}
