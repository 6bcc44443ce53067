using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models;

/// <summary>What one pass through a backbone needs: the tape, the client's adapters, the rows, and a cache while generating.</summary>
public sealed class Pass(Tape tape, AdapterSet adapters, TokenRows rows)
{
    private Pass? source;

    /// <summary>Where operations are recorded.</summary>
    public Tape Tape { get; } = tape;

    /// <summary>What the client changes.</summary>
    public AdapterSet Adapters { get; private set; } = adapters;

    /// <summary>The batch.</summary>
    public TokenRows Rows { get; private set; } = rows;

    /// <summary>For an encoder–decoder model: the pass over the texts that the batch answers, with the same tape, adapters and masks.</summary>
    /// <exception cref="InvalidOperationException">The batch answers nothing.</exception>
    public Pass Source => source ??= new Pass(Tape, Adapters, Rows.Source ?? throw new InvalidOperationException("an encoder–decoder model needs the texts that its rows answer"));

    /// <summary>What the encoder made of <see cref="Source"/>, for the decoder's blocks; null when there is no encoder, or the cache holds what they need of it.</summary>
    public Var? Encoded { get; internal set; }

    /// <summary>Keys and values of earlier positions; null while training.</summary>
    public KeyValueCache? Cache { get; init; }

    /// <summary>Addresses this step's dropout masks.</summary>
    public ulong DropoutKey { get; private set; }

    /// <summary>The keys of the rows that are being worked on: all of the batch, or those selected last.</summary>
    public ReadOnlyMemory<long> RowKeys { get; private set; } = rows.KeyMemory;

    /// <summary>Starts over, for training steps that make no pass of their own.</summary>
    internal Pass Restart(AdapterSet adapters, TokenRows rows, ulong dropoutKey)
    {
        (Adapters, Rows, Encoded, DropoutKey, RowKeys) = (adapters, rows, null, dropoutKey, rows.KeyMemory);
        source = rows.Source is { } texts ? (source ?? new Pass(Tape, adapters, texts)).Restart(adapters, texts, dropoutKey) : null;
        return this;
    }

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
