using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>What one pass through a backbone needs: the tape, the client's adapters, the rows, and a cache while generating.</summary>
public sealed class Pass(Tape tape, AdapterSet adapters, TokenRows rows)
{
    private Pass? source;
    private RowSpans? needed;
    private RowSpans? narrowed;
    private ReadOnlyMemory<int>? worked;
    private int lastLayer;
    private int starts;

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

    /// <summary>What stands for the first blocks: where their rows are kept from step to step, or are received; null runs them like the others.</summary>
    public ILowerBlocks? Lower { get; private set; }

    /// <summary>Addresses this step's dropout masks.</summary>
    public ulong DropoutKey { get; private set; }

    /// <summary>The keys of the rows that are being worked on: all of the batch, or those that the pass went on with last.</summary>
    public ReadOnlyMemory<long> RowKeys { get; private set; } = rows.KeyMemory;

    /// <summary>How many of the rows that are being worked on stand before the end of a client's (see <see cref="TokenRows.Clients"/>).</summary>
    internal int RowEndOf(int client)
    {
        var end = Rows.Clients[client].RowEnd;
        if (worked is not { } rows)
        {
            return end;
        }

        var place = rows.Span.BinarySearch(end);
        return place < 0 ? ~place : place;
    }

    /// <summary>Tells what was made in this pass from what was made before it started over.</summary>
    internal (Pass Pass, int Start) Run => (this, starts);

    /// <summary>Starts over, for training steps that make no pass of their own.</summary>
    internal Pass Restart(AdapterSet adapters, TokenRows rows, ulong dropoutKey, ILowerBlocks? lower = null)
    {
        (Adapters, Rows, Encoded, DropoutKey, RowKeys, needed, narrowed, worked, Lower) = (adapters, rows, null, dropoutKey, rows.KeyMemory, null, null, null, lower);
        starts++;
        source = rows.Source is { } texts ? (source ?? new Pass(Tape, adapters, texts)).Restart(adapters, texts, dropoutKey) : null;
        return this;
    }

    /// <summary>The positions of the rows that attention works on.</summary>
    internal ReadOnlyMemory<int> Positions => narrowed?.Positions ?? Rows.PositionMemory;

    /// <summary>The rows that attention works on over those of the texts that they answer.</summary>
    internal ReadOnlyMemory<Segment> SourceSegments => narrowed?.SourceSegments ?? Rows.SourceSegmentMemory;

    /// <summary>The rows that attention works on over all rows of their sequences.</summary>
    internal ReadOnlyMemory<Segment> Segments(bool causal) => narrowed?.Segments(causal) ?? Rows.SegmentMemory;

    /// <summary>The same when every sequence has <paramref name="length"/> keys more in front.</summary>
    internal ReadOnlyMemory<Segment> PrefixedSegments(bool causal, int length) => narrowed?.PrefixedSegments(causal, length) ?? Rows.PrefixedSegments(length);

    /// <summary>Says before the last block which rows are needed behind it.</summary>
    internal void Need(SelectedRows selected, int last) => (needed, lastLayer) = (Rows.SpansOf(selected), last);

    /// <summary>A block has the keys and values of all rows: if it is the last one, the pass goes on with the rows that are needed behind it.</summary>
    internal void Narrow(int layer)
    {
        if (layer == lastLayer && needed is not null)
        {
            narrowed = needed;
            (RowKeys, worked) = (needed.Keys, needed.Indices);
        }
    }

    /// <summary>Of a value of all rows those that the pass goes on with, as the caller's own; x stays the caller's too.</summary>
    internal Var Kept(Var x) => Kept(Columns.All(x)).Var;

    /// <summary>The same of columns of a value.</summary>
    internal Columns Kept(Columns x)
    {
        if (narrowed is not null)
        {
            return Columns.All(Tape.SelectRows(x, narrowed.Indices));
        }

        Tape.Hold(x.Var);
        return x;
    }

    /// <summary>Goes on with the selected rows alone, from the rows that the last block went on with; releases x.</summary>
    internal Var Select(Var x, SelectedRows selected)
    {
        (RowKeys, worked) = (selected.Keys, selected.Indices);
        return x.Rows == selected.Indices.Length ? x : Tape.Instead(x, Tape.SelectRows(Columns.All(x), narrowed?.Needed ?? selected.Indices));
    }
}
