using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Sequences as what blocks read of them.</summary>
public sealed partial class TokenRows
{
    /// <summary>False when the sequences are made for this one use, as with tokens hidden anew each time, so that nothing computed from them is worth keeping.</summary>
    public bool Recurs { get; internal set; } = true;

    /// <summary>Appends a sequence of another batch, without labels and without what a cache holds of it.</summary>
    internal void AddInputs(TokenRows from, Segment segment)
    {
        var (start, count) = (Count, segment.QueryCount);
        Grow(start + count);
        from.ids.AsSpan(segment.QueryStart, count).CopyTo(ids.AsSpan(start));
        from.types.AsSpan(segment.QueryStart, count).CopyTo(types.AsSpan(start));
        from.positions.AsSpan(segment.QueryStart, count).CopyTo(positions.AsSpan(start));
        from.keys.AsSpan(segment.QueryStart, count).CopyTo(keys.AsSpan(start));
        labels.AsSpan(start, count).Fill(Ignore);
        AddSegment(segment with { QueryStart = start, KeyStart = start }, count - 1, Ignore, Ignore);
        Count = start + count;
        PositionEnd = Math.Max(PositionEnd, from.positions[segment.QueryStart + count - 1] + 1);
    }
}
