using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y[t] = [x[t + 1], x[t], x[t − 1]] inside every segment, zeros beyond its ends: the input of MobileBERT (Sun et al. 2020). x [rows, width], y [rows, 3 · width].</summary>
public sealed class TrigramOperation : Operation
{
    private Var x = null!;
    private Var output = null!;
    private ReadOnlyMemory<Segment> segments;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal TrigramOperation Set(Var x, ReadOnlyMemory<Segment> segments)
    {
        (this.x, this.segments) = (x, segments);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Rows, 3 * x.Width, x.NeedsGradient);
        tape.Backend.Fill(output.Value, 0);
        Spread(tape.Backend, x.Value, output.Value);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            Spread(tape.Backend, x.Tangent, tape.TangentToAdd(output));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var (backend, dx, dy, width) = (tape.Backend, tape.GradientToAdd(x), output.Gradient, x.Width);
        backend.AddScaled(dy.ColumnRange(width, width), dx);
        foreach (var segment in segments.Span)
        {
            Shift(backend, dy.ColumnRange(2 * width, width), 1, dx, 0, segment);
            Shift(backend, dy.ColumnRange(0, width), 0, dx, 1, segment);
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, output, segments) = (null!, null!, default);

    private void Spread(IBackend backend, Matrix from, Matrix to)
    {
        var width = x.Width;
        backend.AddScaled(from, to.ColumnRange(width, width));
        foreach (var segment in segments.Span)
        {
            Shift(backend, from, 1, to.ColumnRange(0, width), 0, segment);
            Shift(backend, from, 0, to.ColumnRange(2 * width, width), 1, segment);
        }
    }

    // Adds rows of a segment to their neighbours.
    private static void Shift(IBackend backend, Matrix from, int fromOffset, Matrix to, int toOffset, Segment segment)
    {
        if (segment.QueryCount > 1)
        {
            backend.AddScaled(from.RowRange(segment.QueryStart + fromOffset, segment.QueryCount - 1), to.RowRange(segment.QueryStart + toOffset, segment.QueryCount - 1));
        }
    }
}
