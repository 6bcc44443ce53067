using System.Buffers;
using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// experts · Σ P_e f_e over the experts of a router: P the mean probability by the softmax over all of them, f the share of the places among rows' largest scores, which counts as
/// given (Fedus et al. 2022, equation 4). 1 when rows use all experts alike.
/// </summary>
public sealed class BalanceOperation : Operation
{
    private Var scores = null!;
    private Var penalty = null!;
    private Matrix probabilities;
    private Matrix shares;
    private int top;

    /// <inheritdoc/>
    protected internal override Var Output => penalty;

    internal BalanceOperation Set(Var scores, int top)
    {
        (this.scores, this.top) = (scores, top);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var (rows, experts) = (scores.Value.Rows, scores.Value.Columns);
        penalty = tape.NewScalar(scores.NeedsGradient);
        (probabilities, shares) = (tape.Arena.Rent(rows, experts), tape.Arena.Rent(rows, experts));
        tape.Backend.TopSoftmax(scores.Value, top, probabilities);
        FillShares(tape, probabilities);
        tape.Backend.TopSoftmax(scores.Value, experts, probabilities);
        penalty.Scalar = tape.Backend.Dot(probabilities, shares);
        if (!penalty.NeedsGradient && tape.Mode != TapeMode.Tangent)
        {
            Return(tape);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!scores.Tangent.IsEmpty)
        {
            var moved = tape.Arena.Rent(shares.Rows, shares.Columns);
            tape.Backend.SoftmaxSlope(probabilities, scores.Tangent, moved);
            penalty.ScalarTangent = tape.Backend.Dot(moved, shares);
            tape.Arena.Return(moved);
        }

        Return(tape);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        tape.Backend.AddScaled(shares, shares, penalty.ScalarGradient, 0);
        tape.Backend.SoftmaxSlope(probabilities, shares, tape.GradientToOverwriteOrAdd(scores, out var beta), beta);
        Return(tape);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (scores, penalty, probabilities, shares) = (null!, null!, default, default);

    // Every row holds experts / rows · f, so that its product with the probabilities is the penalty.
    private void FillShares(Tape tape, Matrix chosen)
    {
        var (rows, experts, count) = (chosen.Rows, chosen.Columns, (int)chosen.Count);
        var host = ArrayPool<float>.Shared.Rent(count + experts);
        var places = host.AsSpan(0, count);
        var row = host.AsSpan(count, experts);
        tape.Backend.Read(chosen, places);
        row.Clear();
        for (var i = 0; i < count; i++)
        {
            row[i % experts] += places[i] > 0 ? 1 : 0;
        }

        for (var e = 0; e < experts; e++)
        {
            row[e] = (float)(experts * (double)row[e] / ((double)rows * rows * top));
        }

        var one = tape.Arena.Rent(1, experts);
        tape.Backend.Upload(row, one);
        tape.Backend.Fill(shares, 0);
        tape.Backend.AddRow(one, shares);
        tape.Arena.Return(one);
        ArrayPool<float>.Shared.Return(host);
    }

    private void Return(Tape tape)
    {
        tape.Arena.Return(probabilities);
        tape.Arena.Return(shares);
    }
}
