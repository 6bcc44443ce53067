using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y[i] += scale · B A[:, ids[i]] in place: LoRA on an embedding. A [rank, vocabulary], B [width, rank].</summary>
public sealed class EmbeddingLowRankOperation : Operation
{
    private Var a = null!;
    private Var b = null!;
    private Var y = null!;
    private Matrix columns;
    private ReadOnlyMemory<int> ids;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => y;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => false;

    internal EmbeddingLowRankOperation Set(Var a, Var b, ReadOnlyMemory<int> ids, Var y, float scale)
    {
        (this.a, this.b, this.ids, this.y, this.scale) = (a, b, ids, y, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        y.NeedsGradient |= tape.Mode == TapeMode.Record && (a.NeedsGradient || b.NeedsGradient);
        columns = tape.Arena.Rent(ids.Length, a.Value.Rows);
        GatherColumns(tape, a.Value, columns);
        tape.Backend.Gemm(columns, false, b.Value, true, y.Value, scale, 1);
        if (!y.NeedsGradient && tape.Mode != TapeMode.Tangent)
        {
            tape.Arena.Return(columns);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!a.Tangent.IsEmpty)
        {
            var tangent = tape.Arena.Rent(columns.Rows, columns.Columns);
            GatherColumns(tape, a.Tangent, tangent);
            tape.Backend.Gemm(tangent, false, b.Value, true, tape.TangentToAdd(y), scale, 1);
            tape.Arena.Return(tangent);
        }

        if (!b.Tangent.IsEmpty)
        {
            tape.Backend.Gemm(columns, false, b.Tangent, true, tape.TangentToAdd(y), scale, 1);
        }

        tape.Arena.Return(columns);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (b.NeedsGradient)
        {
            tape.AddProduct(b, y.Gradient, columns, scale);
        }

        if (a.NeedsGradient)
        {
            tape.Backend.Gemm(y.Gradient, false, b.Value, false, columns, scale);
            tape.Sink.Columns(a.Parameter ?? throw new InvalidOperationException("an embedding's A must be a leaf"), ids.Span, columns, 1);
        }

        tape.Arena.Return(columns);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (a, b, y, columns, ids) = (null!, null!, null!, default, default);

    // Columns of a row-major matrix are gathered from its transpose; A is small beside the embedding that it adapts.
    private void GatherColumns(Tape tape, Matrix source, Matrix destination)
    {
        var rank = source.Rows;
        var identity = tape.Arena.Rent(rank, rank);
        Span<float> values = new float[rank * rank];
        for (var i = 0; i < rank; i++)
        {
            values[(i * rank) + i] = 1;
        }

        tape.Backend.Upload(values, identity);
        var transposed = tape.Arena.Rent(source.Columns, rank);
        tape.Backend.Gemm(source, true, identity, false, transposed);
        tape.Backend.Gather(transposed, ids.Span, destination);
        tape.Arena.Return(transposed);
        tape.Arena.Return(identity);
    }
}
