using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y[starts[i] + j] = x[j] in place for every i and j: the virtual tokens of prompt tuning (Lester et al. 2021) over the rows that were kept for them.</summary>
public sealed class ReplaceRowsOperation : Operation
{
    private Var x = null!;
    private Var y = null!;
    private ReadOnlyMemory<int> starts;

    /// <inheritdoc/>
    protected internal override Var Output => y;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal ReplaceRowsOperation Set(Var x, Var y, ReadOnlyMemory<int> starts)
    {
        (this.x, this.y, this.starts) = (x, y, starts);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        y.NeedsGradient |= x.NeedsGradient;
        Copy(tape.Backend, x.Value, y.Value);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty || !y.Tangent.IsEmpty)
        {
            Copy(tape.Backend, tape.TangentToAdd(x), tape.TangentToAdd(y));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        foreach (var start in starts.Span)
        {
            var dy = y.Gradient.RowRange(start, x.Value.Rows);
            if (x.NeedsGradient)
            {
                tape.Backend.AddScaled(dy, tape.GradientToAdd(x));
            }

            // What stood there before was written over: nothing flows to it.
            tape.Backend.Fill(dy, 0);
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, y, starts) = (null!, null!, default);

    private void Copy(IBackend backend, Matrix from, Matrix to)
    {
        foreach (var start in starts.Span)
        {
            backend.AddScaled(from, to.RowRange(start, from.Rows), 1, 0);
        }
    }
}
