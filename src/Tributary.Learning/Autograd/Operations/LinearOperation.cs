using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y = x Wᵀ + b.</summary>
public sealed class LinearOperation : Operation
{
    private Var x = null!;
    private Var output = null!;
    private Var? bias;
    private LinearWeight weight;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal LinearOperation Set(Var x, LinearWeight weight, Var? bias)
    {
        (this.x, this.weight, this.bias) = (x, weight, bias);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Value.Rows, weight.Outputs, x.NeedsGradient || weight.NeedsGradient || bias is { NeedsGradient: true });
        weight.Apply(tape.Backend, x.Value, bias?.Value ?? default, output.Value);
        if (output.NeedsGradient && weight.NeedsGradient)
        {
            tape.Hold(x);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            weight.Apply(tape.Backend, x.Tangent, default, tape.TangentToAdd(output), 1);
        }

        if (weight.HasTangent)
        {
            weight.AddTangent(tape.Backend, x.Value, tape.TangentToAdd(output));
        }

        if (bias is { Tangent.IsEmpty: false })
        {
            tape.Backend.AddRow(bias.Tangent, tape.TangentToAdd(output));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (bias is { NeedsGradient: true })
        {
            tape.AddSumRows(bias, output.Gradient);
        }

        if (weight.NeedsGradient)
        {
            weight.AddGradient(tape, x.Value, output.Gradient);
            tape.Unhold(x);
        }

        if (x.NeedsGradient)
        {
            weight.ApplyTransposed(tape.Backend, output.Gradient, tape.GradientToOverwriteOrAdd(x, out var beta), beta);
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, output, bias, weight) = (null!, null!, null, default);
}
