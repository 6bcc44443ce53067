using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// y += weight · (m ⊙ v / ‖V‖ − u) in place, with x' = drop(x), u = W x', V = W + scale · B A, v = V x' and ‖V‖ the length of each of its rows: a DoRA branch (Liu et al. 2024).
/// As the paper proposes (section 4.3) and PEFT does, ‖V‖ counts as a constant in the gradient, and in the tangent. A [rank, inputs], B [outputs, rank], m [outputs].
/// </summary>
public sealed class WeightDecomposedOperation : Operation
{
    private const int BlockRows = 64;

    private Var x = null!;
    private Var a = null!;
    private Var b = null!;
    private Var m = null!;
    private Var y = null!;
    private FrozenMatrix frozen = null!;
    private ReadOnlyMemory<int> outputs;
    private Matrix projected;
    private Matrix directions;
    private Matrix reciprocals;
    private float scale;
    private float weight;
    private InputDropout dropout;

    /// <inheritdoc/>
    protected internal override Var Output => y;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal WeightDecomposedOperation Set(Var y, Var x, FrozenMatrix frozen, ReadOnlyMemory<int> outputs, Var a, Var b, Var m, float scale, float weight, InputDropout dropout)
    {
        (this.y, this.x, this.frozen, this.outputs, this.a, this.b, this.m) = (y, x, frozen, outputs, a, b, m);
        (this.scale, this.weight, this.dropout) = (scale, weight, dropout);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var backend = tape.Backend;
        y.NeedsGradient |= tape.Mode == TapeMode.Record && (x.NeedsGradient || a.NeedsGradient || b.NeedsGradient || m.NeedsGradient);
        reciprocals = tape.Arena.Rent(1, frozen.Outputs);
        FindReciprocals(tape);
        projected = tape.Arena.Rent(x.Value.Rows, a.Value.Rows);
        directions = tape.Arena.Rent(x.Value.Rows, frozen.Outputs);
        var input = dropout.Apply(tape, x.Value);
        backend.Multiply(input, frozen, default, directions);
        backend.AddScaled(directions, y.Value, -weight);
        backend.Gemm(input, false, a.Value, true, projected);
        dropout.Free(tape, input);
        backend.Gemm(projected, false, b.Value, true, directions, scale, 1);
        backend.MultiplyRow(directions, reciprocals, directions);
        backend.MultiplyRow(directions, m.Value, y.Value, weight, 1);
        if (y.NeedsGradient)
        {
            tape.Hold(x);
        }
        else if (tape.Mode != TapeMode.Tangent)
        {
            Return(tape);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        var backend = tape.Backend;
        if (!m.Tangent.IsEmpty)
        {
            backend.MultiplyRow(directions, m.Tangent, tape.TangentToAdd(y), weight, 1);
        }

        if (!x.Tangent.IsEmpty || !a.Tangent.IsEmpty || !b.Tangent.IsEmpty)
        {
            var tangent = tape.Arena.Rent(directions.Rows, directions.Columns);
            DirectionTangent(tape, tangent);
            backend.MultiplyRow(tangent, reciprocals, tangent);
            backend.MultiplyRow(tangent, m.Value, tape.TangentToAdd(y), weight, 1);
            tape.Arena.Return(tangent);
        }

        Return(tape);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var backend = tape.Backend;
        if (m.NeedsGradient)
        {
            tape.AddSumRowProducts(m, directions, y.Gradient, weight);
        }

        if (a.NeedsGradient || b.NeedsGradient || x.NeedsGradient)
        {
            backend.MultiplyRow(y.Gradient, m.Value, directions, weight);
            backend.MultiplyRow(directions, reciprocals, directions);
            if (b.NeedsGradient)
            {
                tape.AddProduct(b, directions, projected, scale);
            }

            backend.Gemm(directions, false, b.Value, false, projected, scale);
            if (a.NeedsGradient)
            {
                var input = dropout.Apply(tape, x.Value);
                tape.AddProduct(a, projected, input, 1);
                dropout.Free(tape, input);
            }

            if (x.NeedsGradient)
            {
                AddInputGradient(tape);
            }
        }

        Return(tape);
        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear() =>
        (x, a, b, m, y, frozen, outputs, projected, directions, reciprocals, dropout) = (null!, null!, null!, null!, null!, null!, default, default, default, default, default);

    // The rows of V block by block: the frozen weight is only ever seen in the backend's own layout.
    private void FindReciprocals(Tape tape)
    {
        for (var start = 0; start < frozen.Outputs; start += BlockRows)
        {
            var count = Math.Min(BlockRows, frozen.Outputs - start);
            var rows = tape.Arena.Rent(count, frozen.Inputs);
            tape.Backend.Gather(frozen, outputs.Span.Slice(start, count), rows);
            tape.Backend.Gemm(b.Value.RowRange(start, count), false, a.Value, false, rows, scale, 1);
            tape.Backend.ReciprocalRowNorms(rows, reciprocals.ColumnRange(start, count));
            tape.Arena.Return(rows);
        }
    }

    // The tangent of v; that of u goes straight into y's.
    private void DirectionTangent(Tape tape, Matrix tangent)
    {
        var backend = tape.Backend;
        var low = tape.Arena.Rent(projected.Rows, projected.Columns);
        backend.Fill(tangent, 0);
        backend.Fill(low, 0);
        if (!x.Tangent.IsEmpty)
        {
            backend.Multiply(x.Tangent, frozen, default, tangent);
            backend.AddScaled(tangent, tape.TangentToAdd(y), -weight);
            backend.Gemm(x.Tangent, false, a.Value, true, low, 1, 1);
        }

        if (!a.Tangent.IsEmpty)
        {
            backend.Gemm(x.Value, false, a.Tangent, true, low, 1, 1);
        }

        backend.Gemm(low, false, b.Value, true, tangent, scale, 1);
        if (!b.Tangent.IsEmpty)
        {
            backend.Gemm(projected, false, b.Tangent, true, tangent, scale, 1);
        }

        tape.Arena.Return(low);
    }

    // directions holds the gradient of v, projected that of A x'; u's is −weight · dy.
    private void AddInputGradient(Tape tape)
    {
        tape.Backend.AddScaled(y.Gradient, directions, -weight);
        var dx = tape.GradientToOverwriteOrAdd(x, out var beta);
        var behind = dropout.BeginGradient(tape, dx, beta, out var behindBeta);
        tape.Backend.Gemm(projected, false, a.Value, false, behind, 1, behindBeta);
        tape.Backend.MultiplyTransposed(directions, frozen, behind, 1);
        dropout.EndGradient(tape, dx, beta, behind);
    }

    private void Return(Tape tape)
    {
        tape.Arena.Return(directions);
        tape.Arena.Return(projected);
        tape.Arena.Return(reciprocals);
    }
}
