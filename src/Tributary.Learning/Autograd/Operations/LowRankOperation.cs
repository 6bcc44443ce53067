using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y += scale · (drop(x) Aᵀ) Bᵀ in place: a LoRA branch (Hu et al. 2021). A [rank, inputs], B [outputs, rank], leaves or computed values.</summary>
public sealed class LowRankOperation : Operation
{
    private Var x = null!;
    private Var a = null!;
    private Var b = null!;
    private Var y = null!;
    private Matrix projected;
    private float scale;
    private InputDropout dropout;

    /// <inheritdoc/>
    protected internal override Var Output => y;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal LowRankOperation Set(Var x, Var a, Var b, Var y, float scale, InputDropout dropout)
    {
        (this.x, this.a, this.b, this.y, this.scale, this.dropout) = (x, a, b, y, scale, dropout);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var backend = tape.Backend;
        y.NeedsGradient |= tape.Mode == TapeMode.Record && (x.NeedsGradient || a.NeedsGradient || b.NeedsGradient);
        projected = tape.Arena.Rent(x.Value.Rows, a.Value.Rows);
        var input = dropout.Apply(tape, x.Value);
        backend.Gemm(input, false, a.Value, true, projected);
        dropout.Free(tape, input);
        backend.Gemm(projected, false, b.Value, true, y.Value, scale, 1);
        if (y.NeedsGradient)
        {
            tape.Hold(x);
        }
        else if (tape.Mode != TapeMode.Tangent)
        {
            tape.Arena.Return(projected);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        var backend = tape.Backend;
        if (!x.Tangent.IsEmpty || !a.Tangent.IsEmpty)
        {
            var tangent = tape.Arena.Rent(projected.Rows, projected.Columns);
            backend.Fill(tangent, 0);
            if (!x.Tangent.IsEmpty)
            {
                backend.Gemm(x.Tangent, false, a.Value, true, tangent, 1, 1);
            }

            if (!a.Tangent.IsEmpty)
            {
                backend.Gemm(x.Value, false, a.Tangent, true, tangent, 1, 1);
            }

            backend.Gemm(tangent, false, b.Value, true, tape.TangentToAdd(y), scale, 1);
            tape.Arena.Return(tangent);
        }

        if (!b.Tangent.IsEmpty)
        {
            backend.Gemm(projected, false, b.Tangent, true, tape.TangentToAdd(y), scale, 1);
        }

        tape.Arena.Return(projected);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var backend = tape.Backend;
        var dy = y.Gradient;
        if (b.NeedsGradient)
        {
            tape.AddProduct(b, dy, projected, scale);
        }

        if (a.NeedsGradient || x.NeedsGradient)
        {
            backend.Gemm(dy, false, b.Value, false, projected, scale);
            if (a.NeedsGradient)
            {
                var input = dropout.Apply(tape, x.Value);
                tape.AddProduct(a, projected, input, 1);
                dropout.Free(tape, input);
            }

            if (x.NeedsGradient)
            {
                var dx = dropout.BeginGradient(tape, x, out var beta);
                backend.Gemm(projected, false, a.Value, false, dx, 1, beta);
                dropout.EndGradient(tape, x, dx);
            }
        }

        tape.Arena.Return(projected);
        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, a, b, y, projected, dropout) = (null!, null!, null!, null!, default, default);
}
