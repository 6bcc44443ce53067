using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>One client's factors in a LoRA branch: A [rank, inputs] and B [outputs, rank], leaves or computed values, which act on its own rows.</summary>
/// <param name="A">The factor that the input meets first.</param>
/// <param name="B">The factor that gives the output.</param>
/// <param name="Rows">How many rows, behind those of the parts before.</param>
/// <param name="Dropout">What is dropped of these rows in front of A.</param>
public readonly record struct LowRankPart(Var A, Var B, int Rows, InputDropout Dropout);

/// <summary>
/// y += scale · (drop(x) Aᵀ) Bᵀ in place: a LoRA branch (Hu et al. 2021). Ranges of rows may have factors of their own, all of one rank: each is computed as if it were alone.
/// </summary>
public sealed class LowRankOperation : Operation
{
    private readonly List<LowRankPart> parts = [];
    private Var x = null!;
    private Var y = null!;
    private Matrix projected;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => y;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal LowRankOperation Set(Var x, Var y, float scale)
    {
        (this.x, this.y, this.scale) = (x, y, scale);
        return this;
    }

    /// <summary>Adds what acts on the next rows; all parts together cover the rows of x.</summary>
    internal LowRankOperation Add(LowRankPart part)
    {
        parts.Add(part);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        projected = tape.Arena.Rent(x.Value.Rows, parts[0].A.Value.Rows);
        var needs = x.NeedsGradient;
        var start = 0;
        foreach (var part in parts)
        {
            needs |= part.A.NeedsGradient || part.B.NeedsGradient;
            var input = part.Dropout.Apply(tape, Of(part, x.Value, start));
            tape.Backend.Gemm(input, false, part.A.Value, true, Of(part, projected, start));
            part.Dropout.Free(tape, input);
            tape.Backend.Gemm(Of(part, projected, start), false, part.B.Value, true, Of(part, y.Value, start), scale, 1);
            start += part.Rows;
        }

        if (start != x.Value.Rows)
        {
            throw new ArgumentException($"parts of {start} rows act on {x.Value.Rows}");
        }

        y.NeedsGradient |= needs && tape.Mode == TapeMode.Record;
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
        var start = 0;
        foreach (var part in parts)
        {
            Tangent(tape, part, start);
            start += part.Rows;
        }

        tape.Arena.Return(projected);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var beta = 0f;
        var dx = x.NeedsGradient ? tape.GradientToOverwriteOrAdd(x, out beta) : default;
        var start = 0;
        foreach (var part in parts)
        {
            Backward(tape, part, start, dx, beta);
            start += part.Rows;
        }

        tape.Arena.Return(projected);
        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear()
    {
        parts.Clear();
        (x, y, projected) = (null!, null!, default);
    }

    private static Matrix Of(in LowRankPart part, Matrix rows, int start) => rows.RowRange(start, part.Rows);

    private void Tangent(Tape tape, in LowRankPart part, int start)
    {
        var backend = tape.Backend;
        var (a, b) = (part.A, part.B);
        if (!x.Tangent.IsEmpty || !a.Tangent.IsEmpty)
        {
            var tangent = tape.Arena.Rent(part.Rows, projected.Columns);
            backend.Fill(tangent, 0);
            if (!x.Tangent.IsEmpty)
            {
                backend.Gemm(Of(part, x.Tangent, start), false, a.Value, true, tangent, 1, 1);
            }

            if (!a.Tangent.IsEmpty)
            {
                backend.Gemm(Of(part, x.Value, start), false, a.Tangent, true, tangent, 1, 1);
            }

            backend.Gemm(tangent, false, b.Value, true, Of(part, tape.TangentToAdd(y), start), scale, 1);
            tape.Arena.Return(tangent);
        }

        if (!b.Tangent.IsEmpty)
        {
            backend.Gemm(Of(part, projected, start), false, b.Tangent, true, Of(part, tape.TangentToAdd(y), start), scale, 1);
        }
    }

    // From here on projected holds the gradient of A's output.
    private void Backward(Tape tape, in LowRankPart part, int start, Matrix dx, float beta)
    {
        var backend = tape.Backend;
        var (a, b) = (part.A, part.B);
        var (dy, low) = (Of(part, y.Gradient, start), Of(part, projected, start));
        if (b.NeedsGradient)
        {
            tape.AddProduct(b, dy, low, scale);
        }

        if (a.NeedsGradient || x.NeedsGradient)
        {
            backend.Gemm(dy, false, b.Value, false, low, scale);
        }

        if (a.NeedsGradient)
        {
            var input = part.Dropout.Apply(tape, Of(part, x.Value, start));
            tape.AddProduct(a, low, input, 1);
            part.Dropout.Free(tape, input);
        }

        if (x.NeedsGradient)
        {
            var target = Of(part, dx, start);
            var behind = part.Dropout.BeginGradient(tape, target, beta, out var behindBeta);
            backend.Gemm(low, false, a.Value, false, behind, 1, behindBeta);
            part.Dropout.EndGradient(tape, target, beta, behind);
        }
    }
}
