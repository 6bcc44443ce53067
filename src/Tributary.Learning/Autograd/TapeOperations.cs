using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>The operations as a model writes them.</summary>
public static class TapeOperations
{
    /// <summary>x Wᵀ + b.</summary>
    public static Var Linear(this Tape tape, Var x, LinearWeight weight, Var? bias = null) => tape.Run(tape.Rent<LinearOperation>().Set(x, weight, bias));

    /// <summary>y += scale · (drop(x) Aᵀ) Bᵀ, in place.</summary>
    public static Var AddLowRank(this Tape tape, Var y, Var x, Var a, Var b, float scale, InputDropout dropout = default) =>
        tape.Run(tape.Rent<LowRankOperation>().Set(x, y, scale).Add(new LowRankPart(a, b, x.Rows, dropout)));

    /// <summary>The same with factors of their own for ranges of rows, one after another, which together are all rows.</summary>
    public static Var AddLowRank(this Tape tape, Var y, Var x, float scale, IReadOnlyList<LowRankPart> parts)
    {
        var operation = tape.Rent<LowRankOperation>().Set(x, y, scale);
        for (var i = 0; i < parts.Count; i++)
        {
            operation.Add(parts[i]);
        }

        return tape.Run(operation);
    }

    /// <summary>y += weight · (m ⊙ (W + scale · B A) drop(x) / ‖W + scale · B A‖ − W drop(x)), in place; <paramref name="outputs"/> are 0, 1, … W's outputs.</summary>
    public static Var AddWeightDecomposed(
        this Tape tape, Var y, Var x, FrozenMatrix frozen, ReadOnlyMemory<int> outputs, Var a, Var b, Var m, float scale, float weight, InputDropout dropout = default) =>
        tape.Run(tape.Rent<WeightDecomposedOperation>().Set(y, x, frozen, outputs, a, b, m, scale, weight, dropout));

    /// <summary>Scores [rows, experts] of experts with these keys [rank, inputs] by a router [rank, inputs]: ⟨key x, router x⟩ / √rank.</summary>
    public static Var Route(this Tape tape, Var x, Var router, IReadOnlyList<Var> keys) => tape.Run(tape.Rent<RouteOperation>().Set(x, router, keys));

    /// <summary>y += scale · Σ w_e B_e A_e drop(x), in place, over each row's experts with the largest scores, w their softmax.</summary>
    public static Var AddExperts(
        this Tape tape, Var y, Var x, Var scores, IReadOnlyList<Var> a, IReadOnlyList<Var> b, int top, float scale, InputDropout dropout = default) =>
        tape.Run(tape.Rent<ExpertsOperation>().Set(y, x, scores, a, b, top, scale, dropout));

    /// <summary>How unevenly rows use experts: 1 is evenly, the number of experts over top is all the same.</summary>
    public static Var Balance(this Tape tape, Var scores, int top) => tape.Run(tape.Rent<BalanceOperation>().Set(scores, top));

    /// <summary>(1 − weight) · x + weight · x ⊙ row, for every row of x.</summary>
    public static Var ScaleColumns(this Tape tape, Var x, Var row, float weight = 1) => tape.Run(tape.Rent<ScaleColumnsOperation>().Set(x, row, weight));

    /// <summary>table[ids], added to <paramref name="addTo"/> in place when given.</summary>
    public static Var Embed(this Tape tape, FrozenMatrix? frozen, Var? table, ReadOnlyMemory<int> ids, int paddingId = -1, Var? addTo = null) =>
        tape.Run(tape.Rent<EmbeddingOperation>().Set(frozen, table, ids, paddingId, addTo));

    /// <summary>y[i] += scale · B A[:, ids[i]], in place.</summary>
    public static Var AddEmbeddingLowRank(this Tape tape, Var y, Var a, Var b, ReadOnlyMemory<int> ids, float scale) =>
        tape.Run(tape.Rent<EmbeddingLowRankOperation>().Set(a, b, ids, y, scale));

    /// <summary>Normalisation of every row.</summary>
    public static Var Norm(this Tape tape, NormKind kind, Var x, Var gain, Var? bias, float epsilon) =>
        tape.Run(tape.Rent<NormOperation>().Set(kind, x, gain, bias, epsilon));

    /// <summary>Rotary positions, in place.</summary>
    public static Var Rotate(this Tape tape, Var x, ReadOnlyMemory<int> positions, Matrix cos, Matrix sin, int headWidth) =>
        tape.Run(tape.Rent<RotateOperation>().Set(x, positions, cos, sin, headWidth));

    /// <summary>x · factor, in place.</summary>
    public static Var Scale(this Tape tape, Var x, float factor) => tape.Run(tape.Rent<ScaleOperation>().Set(x, factor));

    /// <summary>Part <paramref name="part"/> of every head of a projection whose heads each hold <paramref name="parts"/> parts of <paramref name="headWidth"/> columns.</summary>
    public static Var TakePart(this Tape tape, Var x, int part, int parts, int headWidth) => tape.Run(tape.Rent<HeadPartOperation>().Set(x, part, parts, headWidth));

    /// <summary>
    /// Attention of q over k and v (or over cached keys and values, when k and v are not read), with score biases by head and distance if a table is given (see
    /// <see cref="ScoreBias"/>).
    /// </summary>
    public static Var Attend(
        this Tape tape, Columns q, Columns k, Columns v, ReadOnlyMemory<Segment> segments, AttentionShape shape, Matrix cachedKeys = default, Matrix cachedValues = default,
        Var? table = null, ReadOnlyMemory<int> buckets = default) =>
        tape.Run(tape.Rent<AttentionOperation>().Set(q, k, v, segments, shape, cachedKeys, cachedValues, table, buckets));

    /// <summary>f(x).</summary>
    public static Var Activate(this Tape tape, ActivationKind kind, Var x) => tape.Run(tape.Rent<ActivationOperation>().Set(kind, x));

    /// <summary>x as a constant, in memory of its own.</summary>
    public static Var Detach(this Tape tape, Var x) => tape.Run(tape.Rent<DetachOperation>().Set(x));

    /// <summary>f(gate) ⊙ up.</summary>
    public static Var Gate(this Tape tape, ActivationKind kind, Var gate, Var up) => tape.Run(tape.Rent<GateOperation>().Set(kind, gate, up));

    /// <summary>y += x in place; returns y.</summary>
    public static Var AddResidual(this Tape tape, Var y, Var x) => tape.Run(tape.Rent<ResidualOperation>().Set(x, y));

    /// <summary>a + scale · b in memory of its own.</summary>
    public static Var Sum(this Tape tape, Var a, Var b, float scale = 1) => tape.Run(tape.Rent<SumOperation>().Set(a, b, scale));

    /// <summary>The matrix [∏ m, ∏ n] that the cores of a tensor train make; cores are computed values, not leaves.</summary>
    public static Var TensorTrain(this Tape tape, IReadOnlyList<Var> cores, TrainShape shape) => tape.Run(tape.Rent<TensorTrainOperation>().Set(cores, shape));

    /// <summary>The prefix in front of every sequence's rows.</summary>
    public static Var PrependRows(this Tape tape, Columns prefix, Columns rows, ReadOnlyMemory<Segment> segments) =>
        tape.Run(tape.Rent<PrependRowsOperation>().Set(prefix, rows, segments));

    /// <summary>y[starts[i] + j] = x[j] in place; returns y.</summary>
    public static Var ReplaceRows(this Tape tape, Var y, Var x, ReadOnlyMemory<int> starts) => tape.Run(tape.Rent<ReplaceRowsOperation>().Set(x, y, starts));

    /// <summary>x[rows], of columns of a value.</summary>
    public static Var SelectRows(this Tape tape, Columns x, ReadOnlyMemory<int> rows) => tape.Run(tape.Rent<SelectRowsOperation>().Set(x, rows));

    /// <summary>x[:, columns].</summary>
    public static Var SelectColumns(this Tape tape, Var x, IReadOnlyList<int> columns) => tape.Run(tape.Rent<SelectColumnsOperation>().Set(x, columns));

    /// <summary>[x[t + 1], x[t], x[t − 1]] inside every segment, zeros beyond its ends.</summary>
    public static Var Trigrams(this Tape tape, Var x, ReadOnlyMemory<Segment> segments) => tape.Run(tape.Rent<TrigramOperation>().Set(x, segments));

    /// <summary>Mean cross-entropy of logits over rows with a label; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var CrossEntropy(this Tape tape, Var logits, ReadOnlyMemory<int> labels, float scale = 1) =>
        tape.Run(tape.Rent<CrossEntropyOperation>().Set(logits, labels, scale));

    /// <summary>Output layer and mean cross-entropy in one; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var HeadLoss(this Tape tape, Var hidden, LinearWeight weight, Var? bias, ReadOnlyMemory<int> labels, float scale = 1) =>
        tape.Run(tape.Rent<HeadLossOperation>().Set(hidden, weight, bias, labels).Add(new LossPart(hidden.Rows, scale)));

    /// <summary>The same with a mean of its own for ranges of rows, one after another, which together are all rows; the value is the sum of the means.</summary>
    public static Var HeadLoss(this Tape tape, Var hidden, LinearWeight weight, Var? bias, ReadOnlyMemory<int> labels, IReadOnlyList<LossPart> parts, Memory<double> means)
    {
        var operation = tape.Rent<HeadLossOperation>().Set(hidden, weight, bias, labels, means);
        for (var i = 0; i < parts.Count; i++)
        {
            operation.Add(parts[i]);
        }

        return tape.Run(operation);
    }

    /// <summary>Mean binary cross-entropy of logits against targets of their shape; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var BinaryCrossEntropy(this Tape tape, Var logits, ReadOnlyMemory<float> targets, float scale = 1) =>
        tape.Run(tape.Rent<BinaryCrossEntropyOperation>().Set(logits, targets, scale));

    /// <summary>Mean cross-entropy with a term that draws each row's softmax at a temperature to a teacher's; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var Distil(this Tape tape, Var logits, ReadOnlyMemory<int> labels, float[] teacher, float strength, float temperature, float scale = 1) =>
        tape.Run(tape.Rent<DistillationOperation>().Set(logits, labels, teacher, strength, temperature, scale));

    /// <summary>Mean cross-entropy of logits against a distribution for each row; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var SoftCrossEntropy(this Tape tape, Var logits, ReadOnlyMemory<float> targets, float scale = 1) =>
        tape.Run(tape.Rent<SoftCrossEntropyOperation>().Set(logits, targets, scale));

    /// <summary>The mean loss that somebody else finds from rows that were brought as far as a cut; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var Ask(this Tape tape, Var x, TokenRows rows, IUpperBlocks upper, float scale = 1) => tape.Run(tape.Rent<AskOperation>().Set(x, rows, upper, scale));

    /// <summary>Mean squared error against targets; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var SquaredError(this Tape tape, Var scores, ReadOnlyMemory<float> targets, float scale = 1) =>
        tape.Run(tape.Rent<SquaredErrorOperation>().Set(scores, targets, scale));

    /// <summary>‖target − x‖² / ‖target‖² against a constant target; gradients are times <paramref name="scale"/>, the value is not.</summary>
    public static Var RelativeError(this Tape tape, Var x, Var target, float scale = 1) => tape.Run(tape.Rent<RelativeErrorOperation>().Set(x, target, scale));

    /// <summary>The weighted sum of two losses, or of one.</summary>
    public static Var SumLosses(this Tape tape, Var a, float weightOfA, Var? b = null, float weightOfB = 0) => tape.Run(tape.Rent<LossSumOperation>().Set(a, weightOfA, b, weightOfB));
}
