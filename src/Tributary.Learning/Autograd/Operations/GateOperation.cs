using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y = f(gate) ⊙ up.</summary>
public sealed class GateOperation : Operation
{
    private Var gate = null!;
    private Var up = null!;
    private Var output = null!;
    private ActivationKind kind;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal GateOperation Set(ActivationKind kind, Var gate, Var up)
    {
        (this.kind, this.gate, this.up) = (kind, gate, up);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(gate.Value.Rows, gate.Value.Columns, gate.NeedsGradient || up.NeedsGradient);
        tape.Backend.Gate(kind, gate.Value, up.Value, output.Value);
        if (output.NeedsGradient)
        {
            tape.Hold(gate);
            tape.Hold(up);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!gate.Tangent.IsEmpty || !up.Tangent.IsEmpty)
        {
            tape.Backend.GateTangent(kind, gate.Value, up.Value, tape.TangentToAdd(gate), tape.TangentToAdd(up), tape.TangentToAdd(output));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        tape.Backend.GateGradient(kind, gate.Value, up.Value, output.Gradient, tape.GradientToAdd(gate), tape.GradientToAdd(up));
        tape.Unhold(gate);
        tape.Unhold(up);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (gate, up, output) = (null!, null!, null!);
}
