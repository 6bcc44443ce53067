using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Layer or root-mean-square normalisation with gain and optional bias.</summary>
public sealed class NormOperation : Operation
{
    private Var x = null!;
    private Var gain = null!;
    private Var? bias;
    private Var output = null!;
    private Matrix stats;
    private NormKind kind;
    private float epsilon;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal NormOperation Set(NormKind kind, Var x, Var gain, Var? bias, float epsilon)
    {
        (this.kind, this.x, this.gain, this.bias, this.epsilon) = (kind, x, gain, bias, epsilon);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Value.Rows, x.Value.Columns, x.NeedsGradient || gain.NeedsGradient || bias is { NeedsGradient: true });
        stats = tape.Arena.Rent(x.Value.Rows, 2);
        tape.Backend.Norm(kind, x.Value, gain.Value, bias?.Value ?? default, epsilon, output.Value, stats);
        if (output.NeedsGradient)
        {
            tape.Hold(x);
        }
        else if (tape.Mode != TapeMode.Tangent)
        {
            tape.Arena.Return(stats);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        var tbias = bias?.Tangent ?? default;
        if (!x.Tangent.IsEmpty || !gain.Tangent.IsEmpty || !tbias.IsEmpty)
        {
            tape.Backend.NormTangent(kind, x.Value, gain.Value, stats, x.Tangent, gain.Tangent, tbias, tape.TangentToAdd(output));
        }

        tape.Arena.Return(stats);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (bias is { NeedsGradient: true })
        {
            tape.AddSumRows(bias, output.Gradient);
        }

        if (gain.NeedsGradient)
        {
            if (gain.Parameter is { } parameter)
            {
                tape.Sink.NormGain(parameter, kind, x.Value, stats, output.Gradient);
            }
            else
            {
                tape.Backend.NormGainGradient(kind, x.Value, stats, output.Gradient, tape.GradientToAdd(gain));
            }
        }

        if (x.NeedsGradient)
        {
            tape.Backend.NormInputGradient(kind, x.Value, gain.Value, stats, output.Gradient, tape.GradientToAdd(x));
        }

        tape.Arena.Return(stats);
        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, gain, bias, output, stats) = (null!, null!, null, null!, default);
}
