using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Rows of a batch in ascending order, with the keys of their dropout masks.</summary>
internal readonly record struct SelectedRows(ReadOnlyMemory<int> Indices, ReadOnlyMemory<long> Keys);

/// <summary>
/// What the last block goes on with once it has the keys and values of all rows: in each sequence the rows from the first that is needed to the last, which keep their
/// places before the keys. Arrays are reused from batch to batch.
/// </summary>
internal sealed class RowSpans
{
    private int[] indices = [];
    private int[] positions = [];
    private long[] keys = [];
    private int[] needed = [];
    private Segment[] whole = [];
    private Segment[] causal = [];
    private Segment[] prefixed = [];
    private Segment[] answers = [];
    private int sequences;
    private int neededCount;

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The rows in the batch.</summary>
    public ReadOnlyMemory<int> Indices => indices.AsMemory(0, Count);

    /// <summary>Their positions.</summary>
    public ReadOnlyMemory<int> Positions => positions.AsMemory(0, Count);

    /// <summary>Their keys.</summary>
    public ReadOnlyMemory<long> Keys => keys.AsMemory(0, Count);

    /// <summary>Where the needed rows stand among these.</summary>
    public ReadOnlyMemory<int> Needed => needed.AsMemory(0, neededCount);

    /// <summary>These rows over those of the texts that their sequences answer.</summary>
    public ReadOnlyMemory<Segment> SourceSegments => answers.AsMemory(0, sequences);

    /// <summary>These rows over all rows of their sequences; for a causal mask the keys end at the last of them.</summary>
    public ReadOnlyMemory<Segment> Segments(bool causalMask) => (causalMask ? causal : whole).AsMemory(0, sequences);

    /// <summary>The same when every sequence has <paramref name="length"/> keys more in front.</summary>
    public ReadOnlyMemory<Segment> PrefixedSegments(bool causalMask, int length) => TokenRows.Prefixed(Segments(causalMask).Span, length, ref prefixed);

    /// <summary>Takes the spans of rows of a batch, given in ascending order.</summary>
    public void Set(TokenRows rows, ReadOnlySpan<int> selected)
    {
        Grow(rows, selected.Length);
        (Count, neededCount, sequences) = (0, 0, rows.SegmentCount);
        for (var s = 0; s < sequences; s++)
        {
            var segment = rows.Segments[s];
            var (first, end) = (neededCount, segment.QueryStart + segment.QueryCount);
            while (neededCount < selected.Length && selected[neededCount] < end)
            {
                needed[neededCount] = Count + selected[neededCount] - selected[first];
                neededCount++;
            }

            var span = neededCount > first ? (From: selected[first], To: selected[neededCount - 1] + 1) : (From: end, To: end);
            whole[s] = segment with { QueryStart = Count, QueryCount = span.To - span.From };
            causal[s] = whole[s] with { KeyCount = segment.KeyCount - (end - span.To) };
            if (rows.Source is not null)
            {
                answers[s] = rows.SourceSegmentMemory.Span[s] with { QueryStart = Count, QueryCount = span.To - span.From };
            }

            Take(rows, span.From, span.To);
        }
    }

    private void Take(TokenRows rows, int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            (indices[Count], positions[Count], keys[Count]) = (row, rows.Positions[row], rows.Keys[row]);
            Count++;
        }
    }

    private void Grow(TokenRows rows, int selected)
    {
        if (indices.Length < rows.Count)
        {
            (indices, positions, keys) = (new int[rows.Count], new int[rows.Count], new long[rows.Count]);
        }

        if (needed.Length < selected)
        {
            needed = new int[selected];
        }

        if (whole.Length < rows.SegmentCount)
        {
            (whole, causal, answers) = (new Segment[rows.SegmentCount], new Segment[rows.SegmentCount], new Segment[rows.SegmentCount]);
        }
    }
}
