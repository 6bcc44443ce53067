using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// Output layer and mean cross-entropy over large vocabularies in one pass over blocks of rows, so that rows × vocabulary is never held: the gradient of the hidden
/// rows is formed while a block's logits are at hand.
/// </summary>
public sealed class HeadLossOperation : Operation
{
    private const int LogitsPerBlock = 1 << 24;
    private const int FewestRows = 32;
    private const int AmpleRows = 128;
    private const int RowStep = 8;

    private Var hidden = null!;
    private Var loss = null!;
    private Var? bias;
    private LinearWeight weight;
    private Matrix dhidden;
    private ReadOnlyMemory<int> labels;
    private float scale;

    /// <summary>
    /// Of so many rows, those whose logits are held at a time: as few as read an output layer [outputs, inputs] seldom enough, so that logits take at most half of its own memory,
    /// or those of 128 rows where it is small; never more than 2²⁴ logits (or 32 rows). Blocks are even, because a last one of few rows would read all of the layer for them.
    /// </summary>
    public static int BlockRows(long rows, int inputs, int outputs)
    {
        var most = Math.Max(FewestRows, Math.Min(LogitsPerBlock / outputs, Math.Max(AmpleRows, inputs / 2)));
        var blocks = Math.Max((rows + most - 1) / most, 1);
        var even = (rows + blocks - 1) / blocks;
        return (int)Math.Min(rows, Math.Min(most, (even + RowStep - 1) / RowStep * RowStep));
    }

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal HeadLossOperation Set(Var hidden, LinearWeight weight, Var? bias, ReadOnlyMemory<int> labels, float scale)
    {
        (this.hidden, this.weight, this.bias, this.labels, this.scale) = (hidden, weight, bias, labels, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        loss = tape.NewScalar(hidden.NeedsGradient || weight.NeedsGradient || bias is { NeedsGradient: true });
        var count = Math.Max(RowLosses.Labelled(labels.Span), 1);
        dhidden = loss.NeedsGradient && hidden.NeedsGradient ? tape.Arena.Rent(hidden.Value.Rows, hidden.Value.Columns) : default;
        var total = 0.0;
        var tangent = 0.0;
        var rows = BlockRows(hidden.Value.Rows, hidden.Value.Columns, weight.Outputs);
        for (var start = 0; start < hidden.Value.Rows; start += rows)
        {
            total += Block(tape, start, Math.Min(rows, hidden.Value.Rows - start), scale / count, ref tangent);
        }

        loss.Scalar = total / count;
        loss.ScalarTangent = tangent / count;
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        // Formed block by block in the forward pass, while the logits are at hand.
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (loss.ScalarGradient != 1 && weight.NeedsGradient)
        {
            throw new InvalidOperationException("a loss with a trainable output layer is scaled when it is made, not when it is seeded");
        }

        if (!dhidden.IsEmpty)
        {
            tape.GiveGradient(hidden, dhidden, loss.ScalarGradient);
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (hidden, loss, bias, weight, dhidden, labels) = (null!, null!, null, default, default, default);

    private double Block(Tape tape, int start, int rows, float rowWeight, ref double tangent)
    {
        var backend = tape.Backend;
        var x = hidden.Value.RowRange(start, rows);
        var blockLabels = labels.Span.Slice(start, rows);
        var logits = tape.Arena.Rent(rows, weight.Outputs);
        var weights = tape.Arena.Rent(1, rows);
        var losses = tape.Arena.Rent(1, rows);
        backend.Fill(weights, rowWeight);
        weight.Apply(backend, x, bias?.Value ?? default, logits);
        if (tape.Mode == TapeMode.Tangent)
        {
            tangent += BlockTangent(tape, start, rows, logits, losses);
        }

        backend.CrossEntropy(logits, blockLabels, weights, losses, gradient: loss.NeedsGradient);
        var sum = RowLosses.Sum(backend, losses);
        if (loss.NeedsGradient)
        {
            weight.AddGradient(tape, x, logits);
            if (bias is { NeedsGradient: true })
            {
                tape.AddSumRows(bias, logits);
            }

            if (!dhidden.IsEmpty)
            {
                weight.ApplyTransposed(backend, logits, dhidden.RowRange(start, rows), 0);
            }
        }

        tape.Arena.Return(losses);
        tape.Arena.Return(weights);
        tape.Arena.Return(logits);
        return sum;
    }

    private double BlockTangent(Tape tape, int start, int rows, Matrix logits, Matrix losses)
    {
        var tlogits = tape.Arena.Rent(rows, weight.Outputs);
        tape.Backend.Fill(tlogits, 0);
        if (!hidden.Tangent.IsEmpty)
        {
            weight.Apply(tape.Backend, hidden.Tangent.RowRange(start, rows), default, tlogits, 1);
        }

        weight.AddTangent(tape.Backend, hidden.Value.RowRange(start, rows), tlogits);
        if (bias is { Tangent.IsEmpty: false })
        {
            tape.Backend.AddRow(bias.Tangent, tlogits);
        }

        tape.Backend.CrossEntropyTangent(logits, labels.Span.Slice(start, rows), tlogits, losses);
        var sum = RowLosses.Sum(tape.Backend, losses);
        tape.Arena.Return(tlogits);
        return sum;
    }
}
