using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// y += scale · Σ w_e B_e A_e drop(x) in place, for each row over its experts with the largest scores, w the softmax over those (FedAMoLE, Zhang et al. 2024). Who is among them
/// counts as given on the way back.
/// </summary>
public sealed class ExpertsOperation : Operation
{
    private Var y = null!;
    private Var x = null!;
    private Var scores = null!;
    private IReadOnlyList<Var> a = null!;
    private IReadOnlyList<Var> b = null!;
    private Matrix weights;
    private Matrix low;
    private InputDropout dropout;
    private float scale;
    private int top;

    /// <inheritdoc/>
    protected internal override Var Output => y;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    private int Rank => low.Columns / a.Count;

    internal ExpertsOperation Set(Var y, Var x, Var scores, IReadOnlyList<Var> a, IReadOnlyList<Var> b, int top, float scale, InputDropout dropout)
    {
        (this.y, this.x, this.scores, this.a, this.b, this.top, this.scale, this.dropout) = (y, x, scores, a, b, top, scale, dropout);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var rows = x.Value.Rows;
        (weights, low) = (tape.Arena.Rent(rows, a.Count), tape.Arena.Rent(rows, a.Count * a[0].Value.Rows));
        tape.Backend.TopSoftmax(scores.Value, top, weights);
        var (input, weighed, needs) = (dropout.Apply(tape, x.Value), tape.Arena.Rent(rows, Rank), x.NeedsGradient || scores.NeedsGradient);
        for (var e = 0; e < a.Count; e++)
        {
            needs |= a[e].NeedsGradient || b[e].NeedsGradient;
            tape.Backend.Gemm(input, false, a[e].Value, true, Low(e));
            RowProducts.Scale(tape, Low(e), weights, e, weighed);
            tape.Backend.Gemm(weighed, false, b[e].Value, true, y.Value, scale, 1);
        }

        tape.Arena.Return(weighed);
        dropout.Free(tape, input);
        y.NeedsGradient |= needs && tape.Mode == TapeMode.Record;
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
        var (backend, target) = (tape.Backend, tape.TangentToAdd(y));
        var (moved, weighed, moves) = (tape.Arena.Rent(low.Rows, Rank), tape.Arena.Rent(low.Rows, Rank), tape.Arena.Rent(weights.Rows, weights.Columns));
        if (scores.Tangent.IsEmpty)
        {
            backend.Fill(moves, 0);
        }
        else
        {
            backend.SoftmaxSlope(weights, scores.Tangent, moves);
        }

        for (var e = 0; e < a.Count; e++)
        {
            RowProducts.Scale(tape, Low(e), moves, e, weighed);
            if (!x.Tangent.IsEmpty)
            {
                backend.Gemm(x.Tangent, false, a[e].Value, true, moved);
                RowProducts.Scale(tape, moved, weights, e, weighed, 1, 1);
            }

            if (!a[e].Tangent.IsEmpty)
            {
                backend.Gemm(x.Value, false, a[e].Tangent, true, moved);
                RowProducts.Scale(tape, moved, weights, e, weighed, 1, 1);
            }

            backend.Gemm(weighed, false, b[e].Value, true, target, scale, 1);
            if (!b[e].Tangent.IsEmpty)
            {
                RowProducts.Scale(tape, Low(e), weights, e, weighed);
                backend.Gemm(weighed, false, b[e].Tangent, true, target, scale, 1);
            }
        }

        tape.Arena.Return(moves);
        tape.Arena.Return(weighed);
        tape.Arena.Return(moved);
        Return(tape);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var (backend, dy) = (tape.Backend, y.Gradient);
        var (dlow, weighed, dweights) = (tape.Arena.Rent(low.Rows, Rank), tape.Arena.Rent(low.Rows, Rank), tape.Arena.Rent(weights.Rows, weights.Columns));
        var input = dropout.Apply(tape, x.Value);
        var (beta, behindBeta) = (0f, 0f);
        var dx = x.NeedsGradient ? tape.GradientToOverwriteOrAdd(x, out beta) : default;
        var behind = x.NeedsGradient ? dropout.BeginGradient(tape, dx, beta, out behindBeta) : default;
        for (var e = 0; e < a.Count; e++)
        {
            if (b[e].NeedsGradient)
            {
                RowProducts.Scale(tape, Low(e), weights, e, weighed);
                tape.AddProduct(b[e], dy, weighed, scale);
            }

            backend.Gemm(dy, false, b[e].Value, false, dlow, scale);
            RowProducts.Dot(tape, Low(e), dlow, dweights, e);
            RowProducts.Scale(tape, dlow, weights, e, weighed);
            if (a[e].NeedsGradient)
            {
                tape.AddProduct(a[e], weighed, input, 1);
            }

            if (x.NeedsGradient)
            {
                backend.Gemm(weighed, false, a[e].Value, false, behind, 1, e == 0 ? behindBeta : 1);
            }
        }

        if (scores.NeedsGradient)
        {
            backend.SoftmaxSlope(weights, dweights, tape.GradientToOverwriteOrAdd(scores, out var scoresBeta), scoresBeta);
        }

        if (x.NeedsGradient)
        {
            dropout.EndGradient(tape, dx, beta, behind);
        }

        dropout.Free(tape, input);
        tape.Arena.Return(dweights);
        tape.Arena.Return(weighed);
        tape.Arena.Return(dlow);
        Return(tape);
        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (y, x, scores, a, b, weights, low) = (null!, null!, null!, null!, null!, default, default);

    private Matrix Low(int expert) => low.ColumnRange(expert * Rank, Rank);

    private void Return(Tape tape)
    {
        tape.Arena.Return(weights);
        tape.Arena.Return(low);
    }
}
