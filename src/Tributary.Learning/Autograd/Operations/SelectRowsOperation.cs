namespace Tributary.Learning.Autograd.Operations;

/// <summary>y[i] = x[rows[i]]: the rows that have a label, or that stand for a sequence, of columns of a value.</summary>
public sealed class SelectRowsOperation : Operation
{
    private Columns x;
    private Var output = null!;
    private ReadOnlyMemory<int> rows;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal SelectRowsOperation Set(Columns x, ReadOnlyMemory<int> rows)
    {
        (this.x, this.rows) = (x, rows);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(rows.Length, x.Count, x.Var.NeedsGradient);
        tape.Backend.Gather(x.Value, rows.Span, output.Value);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Var.Tangent.IsEmpty)
        {
            tape.Backend.Gather(x.Tangent, rows.Span, tape.TangentToAdd(output));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.Backend.ScatterAdd(output.Gradient, rows.Span, x.Gradient(tape));

    /// <inheritdoc/>
    protected internal override void Clear() => (x, output, rows) = (default, null!, default);
}
