using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>The same prefix rows in front of every sequence's rows: keys or values of prefix tuning (Li and Liang 2021). Output [rows + sequences · length, width].</summary>
public sealed class PrependRowsOperation : Operation
{
    private Columns prefix;
    private Columns rows;
    private Var output = null!;
    private ReadOnlyMemory<Segment> segments;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal PrependRowsOperation Set(Columns prefix, Columns rows, ReadOnlyMemory<Segment> segments)
    {
        (this.prefix, this.rows, this.segments) = (prefix, rows, segments);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var count = rows.Var.Value.Rows + (segments.Length * prefix.Var.Value.Rows);
        output = tape.NewVar(count, rows.Count, prefix.Var.NeedsGradient || rows.Var.NeedsGradient);
        Copy(tape.Backend, prefix.Value, rows.Value, output.Value, 0);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!prefix.Var.Tangent.IsEmpty || !rows.Var.Tangent.IsEmpty)
        {
            tape.TangentToAdd(prefix.Var);
            tape.TangentToAdd(rows.Var);
            Copy(tape.Backend, prefix.Tangent, rows.Tangent, tape.TangentToAdd(output), 0);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var length = prefix.Var.Value.Rows;
        for (var i = 0; i < segments.Length; i++)
        {
            var (start, count) = Place(i, length);
            if (prefix.Var.NeedsGradient)
            {
                tape.Backend.AddScaled(output.Gradient.RowRange(start, length), prefix.Gradient(tape));
            }

            if (rows.Var.NeedsGradient)
            {
                tape.Backend.AddScaled(output.Gradient.RowRange(start + length, count), rows.Gradient(tape).RowRange(segments.Span[i].QueryStart, count));
            }
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (prefix, rows, output, segments) = (default, default, null!, default);

    private (int Start, int Count) Place(int index, int length) => (segments.Span[index].QueryStart + (index * length), segments.Span[index].QueryCount);

    private void Copy(IBackend backend, Matrix prefix, Matrix rows, Matrix y, float beta)
    {
        for (var i = 0; i < segments.Length; i++)
        {
            var (start, count) = Place(i, prefix.Rows);
            backend.AddScaled(prefix, y.RowRange(start, prefix.Rows), 1, beta);
            backend.AddScaled(rows.RowRange(segments.Span[i].QueryStart, count), y.RowRange(start + prefix.Rows, count), 1, beta);
        }
    }
}
