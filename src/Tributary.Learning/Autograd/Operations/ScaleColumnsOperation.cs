using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y = (1 − weight) · x + weight · x ⊙ row: every column of x scaled. The row is a vector in any shape.</summary>
public sealed class ScaleColumnsOperation : Operation
{
    private Var x = null!;
    private Var row = null!;
    private Var output = null!;
    private float weight;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal ScaleColumnsOperation Set(Var x, Var row, float weight)
    {
        (this.x, this.row, this.weight) = (x, row, weight);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Value.Rows, x.Value.Columns, x.NeedsGradient || row.NeedsGradient);
        Scale(tape, x.Value, output.Value, 0);
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
            Scale(tape, x.Tangent, tape.TangentToAdd(output), 1);
        }

        if (!row.Tangent.IsEmpty)
        {
            tape.Backend.MultiplyRow(x.Value, AsRow(row.Tangent), tape.TangentToAdd(output), weight, 1);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (row.NeedsGradient)
        {
            tape.AddSumRowProducts(row, x.Value, output.Gradient, weight);
        }

        if (x.NeedsGradient)
        {
            Scale(tape, output.Gradient, tape.GradientToOverwriteOrAdd(x, out var beta), beta);
        }

        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, row, output) = (null!, null!, null!);

    private static Matrix AsRow(Matrix vector) => vector.Reshape(1, (int)vector.Count);

    private void Scale(Tape tape, Matrix from, Matrix to, float beta)
    {
        tape.Backend.MultiplyRow(from, AsRow(row.Value), to, weight, beta);
        if (weight != 1)
        {
            tape.Backend.AddScaled(from, to, 1 - weight);
        }
    }
}
