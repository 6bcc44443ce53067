using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y[i] (+)= table[ids[i]]: token or position embedding, from a frozen packed table or a value. Rows with the padding id give no gradient.</summary>
public sealed class EmbeddingOperation : Operation
{
    private FrozenMatrix? frozen;
    private Var? table;
    private Var output = null!;
    private ReadOnlyMemory<int> ids;
    private int paddingId;
    private bool inPlace;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    /// <inheritdoc/>
    protected internal override bool OwnsOutput => !inPlace;

    internal EmbeddingOperation Set(FrozenMatrix? frozen, Var? table, ReadOnlyMemory<int> ids, int paddingId, Var? addTo)
    {
        (this.frozen, this.table, this.ids, this.paddingId) = (frozen, table, ids, paddingId);
        inPlace = addTo is not null;
        output = addTo!;
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var needs = tape.Mode == TapeMode.Record && table is { NeedsGradient: true };
        if (inPlace)
        {
            output.NeedsGradient |= needs;
        }
        else
        {
            output = tape.NewVar(ids.Length, frozen?.Inputs ?? table!.Value.Columns, needs);
        }

        if (frozen is not null)
        {
            tape.Backend.Gather(frozen, ids.Span, output.Value, inPlace ? 1 : 0);
        }
        else
        {
            tape.Backend.Gather(table!.Value, ids.Span, output.Value, inPlace ? 1 : 0);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (table is { Tangent.IsEmpty: false })
        {
            tape.Backend.Gather(table.Tangent, ids.Span, tape.TangentToAdd(output), 1);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        if (table is not { NeedsGradient: true })
        {
            return;
        }

        if (table.Parameter is { } parameter)
        {
            tape.Sink.Rows(parameter, ids.Span, output.Gradient, paddingId, 1);
        }
        else
        {
            tape.Backend.ScatterAdd(output.Gradient, ids.Span, tape.GradientToAdd(table), paddingId);
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (frozen, table, output, ids) = (null, null, null!, default);
}
