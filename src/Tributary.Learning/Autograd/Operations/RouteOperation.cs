using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// Scores [rows, experts] of low-rank experts for each row: ⟨A_e x, P x⟩ / √rank. An expert's own A is its key, so that the router P fits any number of experts (FedAMoLE, Zhang et
/// al. 2024).
/// </summary>
public sealed class RouteOperation : Operation
{
    private Var x = null!;
    private Var router = null!;
    private IReadOnlyList<Var> keys = null!;
    private Var scores = null!;
    private Matrix query;
    private Matrix low;

    /// <inheritdoc/>
    protected internal override Var Output => scores;

    private float Scale => 1 / MathF.Sqrt(query.Columns);

    internal RouteOperation Set(Var x, Var router, IReadOnlyList<Var> keys)
    {
        (this.x, this.router, this.keys) = (x, router, keys);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var (rows, rank, needs) = (x.Value.Rows, router.Value.Rows, x.NeedsGradient || router.NeedsGradient);
        (query, low) = (tape.Arena.Rent(rows, rank), tape.Arena.Rent(rows, rank * keys.Count));
        tape.Backend.Gemm(x.Value, false, router.Value, true, query);
        for (var e = 0; e < keys.Count; e++)
        {
            needs |= keys[e].NeedsGradient;
            tape.Backend.Gemm(x.Value, false, keys[e].Value, true, Low(e));
        }

        scores = tape.NewVar(rows, keys.Count, needs);
        for (var e = 0; e < keys.Count; e++)
        {
            RowProducts.Dot(tape, Low(e), query, scores.Value, e, Scale);
        }

        if (scores.NeedsGradient)
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
        var moved = tape.Arena.Rent(query.Rows, query.Columns);
        var moves = Move(tape, router, moved);
        for (var e = 0; e < keys.Count && moves; e++)
        {
            RowProducts.Dot(tape, Low(e), moved, tape.TangentToAdd(scores), e, Scale, 1);
        }

        for (var e = 0; e < keys.Count; e++)
        {
            if (Move(tape, keys[e], moved))
            {
                RowProducts.Dot(tape, moved, query, tape.TangentToAdd(scores), e, Scale, 1);
            }
        }

        tape.Arena.Return(moved);
        Return(tape);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var (dquery, dlow) = (tape.Arena.Rent(query.Rows, query.Columns), tape.Arena.Rent(query.Rows, query.Columns));
        for (var e = 0; e < keys.Count; e++)
        {
            RowProducts.Scale(tape, Low(e), scores.Gradient, e, dquery, Scale, e == 0 ? 0 : 1);
            RowProducts.Scale(tape, query, scores.Gradient, e, dlow, Scale);
            Give(tape, keys[e], dlow);
        }

        Give(tape, router, dquery);
        tape.Arena.Return(dlow);
        tape.Arena.Return(dquery);
        Return(tape);
        tape.Unhold(x);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, router, keys, scores, query, low) = (null!, null!, null!, null!, default, default);

    // The tangent of x Wᵀ; false when there is none.
    private bool Move(Tape tape, Var weight, Matrix moved)
    {
        var beta = 0f;
        if (!x.Tangent.IsEmpty)
        {
            tape.Backend.Gemm(x.Tangent, false, weight.Value, true, moved);
            beta = 1;
        }

        if (!weight.Tangent.IsEmpty)
        {
            tape.Backend.Gemm(x.Value, false, weight.Tangent, true, moved, 1, beta);
            beta = 1;
        }

        return beta == 1;
    }

    private void Give(Tape tape, Var weight, Matrix gradient)
    {
        if (weight.NeedsGradient)
        {
            tape.AddProduct(weight, gradient, x.Value, 1);
        }

        if (x.NeedsGradient)
        {
            tape.Backend.Gemm(gradient, false, weight.Value, false, tape.GradientToOverwriteOrAdd(x, out var beta), 1, beta);
        }
    }

    private Matrix Low(int expert) => low.ColumnRange(expert * query.Columns, query.Columns);

    private void Return(Tape tape)
    {
        tape.Arena.Return(query);
        tape.Arena.Return(low);
    }
}
