using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models;

/// <summary>What one pass through a backbone needs: the tape, the client's adapters, the rows, and a cache while generating.</summary>
public sealed class Pass(Tape tape, AdapterSet adapters, TokenRows rows)
{
    /// <summary>Where operations are recorded.</summary>
    public Tape Tape { get; } = tape;

    /// <summary>What the client changes.</summary>
    public AdapterSet Adapters { get; } = adapters;

    /// <summary>The batch.</summary>
    public TokenRows Rows { get; } = rows;

    /// <summary>For an encoder–decoder model: the pass over the texts that the batch answers, with the same tape, adapters and masks.</summary>
    /// <exception cref="InvalidOperationException">The batch answers nothing.</exception>
    public Pass Source => field ??= new Pass(Tape, Adapters, Rows.Source ?? throw new InvalidOperationException("an encoder–decoder model needs the texts that its rows answer")) { DropoutKey = DropoutKey };

    /// <summary>What the encoder made of <see cref="Source"/>, for the decoder's blocks; null when there is no encoder, or the cache holds what they need of it.</summary>
    public Var? Encoded { get; internal set; }

    /// <summary>Keys and values of earlier positions; null while training.</summary>
    public KeyValueCache? Cache { get; init; }

    /// <summary>Addresses this step's dropout masks.</summary>
    public ulong DropoutKey { get; init; }

    /// <summary>The keys of the rows that are being worked on: all of the batch, or those selected last.</summary>
    public ReadOnlyMemory<long> RowKeys { get; private set; } = rows.KeyMemory;

    /// <summary>Goes on with the rows that have a label alone; releases x.</summary>
    internal Var SelectLabelled(Var x) => Rows.LabelledRows == Rows.Count ? x : Select(x, Rows.LabelledRowIndices, Rows.LabelledKeyMemory);

    /// <summary>Goes on with the rows that stand for their sequences alone; releases x.</summary>
    internal Var SelectPooled(Var x, PooledRow row) =>
        row == PooledRow.First ? Select(x, Rows.FirstMemory, Rows.FirstKeyMemory) : Select(x, Rows.PooledMemory, Rows.PooledKeyMemory);

    private Var Select(Var x, ReadOnlyMemory<int> selected, ReadOnlyMemory<long> keys)
    {
        var y = Tape.SelectRows(x, selected);
        Tape.Release(x);
        RowKeys = keys;
        return y;
    }
}
