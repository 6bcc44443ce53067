namespace Tributary.Learning.Models;

/// <summary>Rows that are needed alone behind the last block.</summary>
public sealed partial class TokenRows
{
    private readonly RowSpans spans = new();

    /// <summary>The rows that have a label.</summary>
    internal SelectedRows Labelled => new(LabelledRowIndices, labelledKeys.AsMemory(0, LabelledRows));

    /// <summary>The rows that stand for their sequences.</summary>
    internal SelectedRows Pooled(PooledRow row) => row == PooledRow.First
        ? new(firsts.AsMemory(0, SegmentCount), firstKeys.AsMemory(0, SegmentCount))
        : new(pooled.AsMemory(0, SegmentCount), pooledKeys.AsMemory(0, SegmentCount));

    /// <summary>
    /// What the last block has to go on with when these rows are needed, or null for all: leaving rows out costs a copy of the others, which pays when an eighth of them falls
    /// away. Valid until the next call.
    /// </summary>
    internal RowSpans? SpansOf(SelectedRows rows)
    {
        if (rows.Indices.IsEmpty)
        {
            return null;
        }

        spans.Set(this, rows.Indices.Span);
        return 8 * (Count - spans.Count) >= Count ? spans : null;
    }
}
