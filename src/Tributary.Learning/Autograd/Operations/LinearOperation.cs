using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>The weight of a linear layer: frozen in the backend's layout, or a value of [outputs, inputs] (or [inputs, outputs] for Conv1D).</summary>
public readonly record struct LinearWeight(FrozenMatrix? Frozen, Var? Dense, bool InputsFirst)
{
    /// <summary>Number of output features.</summary>
    public int Outputs => Frozen?.Outputs ?? (InputsFirst ? Dense!.Value.Columns : Dense!.Value.Rows);

    /// <summary>True when the weight itself receives a gradient.</summary>
    public bool NeedsGradient => Dense is { NeedsGradient: true };

    internal void Apply(IBackend backend, Matrix x, Matrix bias, Matrix y, float beta = 0)
    {
        if (Frozen is not null)
        {
            backend.Multiply(x, Frozen, bias, y, beta);
            return;
        }

        backend.Gemm(x, false, Dense!.Value, !InputsFirst, y, 1, beta);
        if (!bias.IsEmpty)
        {
            backend.AddRow(bias, y);
        }
    }

    internal void ApplyTransposed(IBackend backend, Matrix dy, Matrix dx, float beta)
    {
        if (Frozen is not null)
        {
            backend.MultiplyTransposed(dy, Frozen, dx, beta);
        }
        else
        {
            backend.Gemm(dy, false, Dense!.Value, InputsFirst, dx, 1, beta);
        }
    }

    internal void AddGradient(Tape tape, Matrix x, Matrix dy)
    {
        if (NeedsGradient)
        {
            tape.AddProduct(Dense!, InputsFirst ? x : dy, InputsFirst ? dy : x, 1);
        }
    }

    internal void AddTangent(IBackend backend, Matrix x, Matrix ty)
    {
        if (Dense is { Tangent.IsEmpty: false })
        {
            backend.Gemm(x, false, Dense.Tangent, !InputsFirst, ty, 1, 1);
        }
    }
}

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

        if (weight.Dense is { Tangent.IsEmpty: false })
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
