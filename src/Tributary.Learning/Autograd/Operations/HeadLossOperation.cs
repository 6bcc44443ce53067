using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>One client's mean in a loss.</summary>
/// <param name="Rows">How many rows, behind those of the parts before; the mean is over those with a label.</param>
/// <param name="Scale">Its gradient is times this, its value is not.</param>
public readonly record struct LossPart(int Rows, float Scale);

/// <summary>
/// Output layer and mean cross-entropy over large vocabularies in one pass over blocks of rows, so that rows × vocabulary is never held: the gradient of the hidden
/// rows is formed while a block's logits are at hand. Ranges of rows may have means of their own, each as if it were alone.
/// </summary>
public sealed class HeadLossOperation : Operation
{
    private const int LogitsPerBlock = 1 << 24;
    private const int FewestRows = 32;
    private const int AmpleRows = 128;
    private const int RowStep = 8;

    private readonly List<LossPart> parts = [];
    private Var hidden = null!;
    private Var loss = null!;
    private Var? bias;
    private LinearWeight weight;
    private Matrix dhidden;
    private ReadOnlyMemory<int> labels;
    private Memory<double> means;

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

    /// <summary>Takes the inputs; the means of the parts are written to <paramref name="means"/> when that has room for them.</summary>
    internal HeadLossOperation Set(Var hidden, LinearWeight weight, Var? bias, ReadOnlyMemory<int> labels, Memory<double> means = default)
    {
        (this.hidden, this.weight, this.bias, this.labels, this.means) = (hidden, weight, bias, labels, means);
        return this;
    }

    /// <summary>Adds the mean over the next rows; all parts together cover the rows of the hidden state.</summary>
    internal HeadLossOperation Add(LossPart part)
    {
        parts.Add(part);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        loss = tape.NewScalar(hidden.NeedsGradient || weight.NeedsGradient || bias is { NeedsGradient: true });
        var all = hidden.Value.Rows;
        dhidden = loss.NeedsGradient && hidden.NeedsGradient ? tape.Arena.Rent(all, hidden.Value.Columns) : default;
        var weights = tape.Arena.Rent(1, all);
        var losses = tape.Arena.Rent(1, all);
        var tangents = tape.Mode == TapeMode.Tangent ? tape.Arena.Rent(1, all) : default;
        FillWeights(tape.Backend, weights);
        var rows = BlockRows(all, hidden.Value.Columns, weight.Outputs);
        for (var start = 0; start < all; start += rows)
        {
            var count = Math.Min(rows, all - start);
            Block(tape, start, weights.ColumnRange(start, count), losses.ColumnRange(start, count), tangents.IsEmpty ? default : tangents.ColumnRange(start, count));
        }

        SumMeans(tape.Backend, losses, tangents);
        tape.Arena.Return(losses);
        tape.Arena.Return(weights);
        if (!tangents.IsEmpty)
        {
            tape.Arena.Return(tangents);
        }
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
    protected internal override void Clear()
    {
        parts.Clear();
        (hidden, loss, bias, weight, dhidden, labels, means) = (null!, null!, null, default, default, default, default);
    }

    private int Labelled(int start, LossPart part) => Math.Max(RowLosses.Labelled(labels.Span.Slice(start, part.Rows)), 1);

    private void FillWeights(IBackend backend, Matrix weights)
    {
        var start = 0;
        foreach (var part in parts)
        {
            backend.Fill(weights.ColumnRange(start, part.Rows), part.Scale / Labelled(start, part));
            start += part.Rows;
        }

        if (start != hidden.Value.Rows)
        {
            throw new ArgumentException($"means over {start} rows for {hidden.Value.Rows}");
        }
    }

    private void SumMeans(IBackend backend, Matrix losses, Matrix tangents)
    {
        var start = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            var (part, count) = (parts[i], Labelled(start, parts[i]));
            var mean = RowLosses.Sum(backend, losses.ColumnRange(start, part.Rows)) / count;
            loss.Scalar += mean;
            loss.ScalarTangent += tangents.IsEmpty ? 0 : RowLosses.Sum(backend, tangents.ColumnRange(start, part.Rows)) / count;
            if (!means.IsEmpty)
            {
                means.Span[i] = mean;
            }

            start += part.Rows;
        }
    }

    private void Block(Tape tape, int start, Matrix weights, Matrix losses, Matrix tangents)
    {
        var backend = tape.Backend;
        var x = hidden.Value.RowRange(start, losses.Columns);
        var blockLabels = labels.Span.Slice(start, losses.Columns);
        var logits = tape.Arena.Rent(losses.Columns, weight.Outputs);
        weight.Apply(backend, x, bias?.Value ?? default, logits);
        if (tape.Mode == TapeMode.Tangent)
        {
            BlockTangent(tape, start, logits, tangents);
        }

        backend.CrossEntropy(logits, blockLabels, weights, losses, gradient: loss.NeedsGradient);
        if (loss.NeedsGradient)
        {
            weight.AddGradient(tape, x, logits);
            if (bias is { NeedsGradient: true })
            {
                tape.AddSumRows(bias, logits);
            }

            if (!dhidden.IsEmpty)
            {
                weight.ApplyTransposed(backend, logits, dhidden.RowRange(start, losses.Columns), 0);
            }
        }

        tape.Arena.Return(logits);
    }

    private void BlockTangent(Tape tape, int start, Matrix logits, Matrix tangents)
    {
        var rows = logits.Rows;
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

        tape.Backend.CrossEntropyTangent(logits, labels.Span.Slice(start, rows), tlogits, tangents);
        tape.Arena.Return(tlogits);
    }
}
