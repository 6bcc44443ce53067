using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Columns [Start, Start + Count) of a value: queries, keys and values inside a fused projection.</summary>
public readonly record struct Columns(Var Var, int Start, int Count)
{
    internal static Columns All(Var var) => new(var, 0, var.Value.Columns);

    internal Matrix Value => Var.Value.ColumnRange(Start, Count);

    internal Matrix Tangent => Var.Tangent.ColumnRange(Start, Count);

    internal Matrix Gradient(Tape tape) => tape.GradientToAdd(Var).ColumnRange(Start, Count);
}

/// <summary>
/// Scaled dot-product attention over segments, with biases by head and distance if there are any; with cached keys (inference alone) the keys and values come from outside.
/// </summary>
public sealed class AttentionOperation : Operation
{
    private Columns q;
    private Columns k;
    private Columns v;
    private Matrix cachedKeys;
    private Matrix cachedValues;
    private Var output = null!;
    private Matrix logSums;
    private ReadOnlyMemory<Segment> segments;
    private AttentionShape shape;
    private Var? table;
    private ReadOnlyMemory<int> buckets;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    private ScoreBias Bias => table is null ? default : new(table.Value, buckets);

    internal AttentionOperation Set(
        Columns q, Columns k, Columns v, ReadOnlyMemory<Segment> segments, AttentionShape shape, Matrix cachedKeys, Matrix cachedValues, Var? table, ReadOnlyMemory<int> buckets)
    {
        (this.q, this.k, this.v, this.segments, this.shape) = (q, k, v, segments, shape);
        (this.cachedKeys, this.cachedValues, this.table, this.buckets) = (cachedKeys, cachedValues, table, buckets);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var needs = q.Var.NeedsGradient || k.Var.NeedsGradient || v.Var.NeedsGradient || table is { NeedsGradient: true };
        output = tape.NewVar(q.Var.Value.Rows, q.Count, needs);
        logSums = tape.Arena.Rent(q.Var.Value.Rows, shape.Heads);
        var keys = cachedKeys.IsEmpty ? k.Value : cachedKeys;
        var values = cachedValues.IsEmpty ? v.Value : cachedValues;
        tape.Backend.Attend(q.Value, keys, values, segments.Span, shape, output.Value, logSums, Bias);
        if (output.NeedsGradient)
        {
            tape.Hold(q.Var);
            tape.Hold(k.Var);
            tape.Hold(v.Var);
            tape.Hold(output);
        }
        else if (tape.Mode != TapeMode.Tangent)
        {
            tape.Arena.Return(logSums);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        var ttable = table?.Tangent ?? default;
        if (!q.Var.Tangent.IsEmpty || !k.Var.Tangent.IsEmpty || !v.Var.Tangent.IsEmpty || !ttable.IsEmpty)
        {
            tape.TangentToAdd(q.Var);
            tape.TangentToAdd(k.Var);
            tape.TangentToAdd(v.Var);
            tape.Backend.AttendTangent(
                q.Value, k.Value, v.Value, output.Value, logSums, q.Tangent, k.Tangent, v.Tangent, segments.Span, shape, tape.TangentToAdd(output), Bias, ttable);
        }

        tape.Arena.Return(logSums);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var perSegment = table is { NeedsGradient: true } ? tape.Arena.Rent(segments.Length, (int)table.Value.Count) : default;
        if (!perSegment.IsEmpty)
        {
            tape.Backend.Fill(perSegment, 0);
        }

        tape.Backend.AttendGradient(
            q.Value, k.Value, v.Value, output.Value, logSums, output.Gradient, segments.Span, shape, q.Gradient(tape), k.Gradient(tape), v.Gradient(tape), Bias, perSegment);
        if (!perSegment.IsEmpty)
        {
            tape.AddSegments(table!, perSegment);
            tape.Arena.Return(perSegment);
        }

        tape.Arena.Return(logSums);
        tape.Unhold(output);
        tape.Unhold(q.Var);
        tape.Unhold(k.Var);
        tape.Unhold(v.Var);
    }

    /// <inheritdoc/>
    protected internal override void Clear() =>
        (q, k, v, cachedKeys, cachedValues, output, logSums, segments, table, buckets) = (default, default, default, default, default, null!, default, default, null, default);
}
