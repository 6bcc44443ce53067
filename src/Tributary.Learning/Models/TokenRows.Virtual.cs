using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Room for virtual tokens and prefixes.</summary>
public sealed partial class TokenRows
{
    private Segment[] prefixed = [];

    /// <summary>Virtual rows in front of each sequence.</summary>
    public int VirtualRows { get; private set; }

    /// <summary>The first of each sequence's virtual rows, which a soft prompt fills; empty when there are none.</summary>
    internal ReadOnlyMemory<int> VirtualStarts => firsts.AsMemory(0, VirtualRows == 0 ? 0 : SegmentCount);

    /// <summary>True when the rows continue a cached sequence.</summary>
    internal bool Continues => SegmentCount > 0 && segments[0].KeyCount > segments[0].QueryCount;

    /// <summary>
    /// Writes the batch into <paramref name="target"/> with <paramref name="virtualRows"/> rows in front of every sequence and with positions moved up by
    /// <paramref name="shift"/>, as PEFT does for soft prompts and prefixes.
    /// </summary>
    internal void ExtendTo(TokenRows target, int virtualRows, int shift)
    {
        target.Clear();
        target.VirtualRows = virtualRows;
        for (var s = 0; s < SegmentCount; s++)
        {
            var segment = segments[s];
            var (start, count) = (target.Count, segment.QueryCount + virtualRows);
            target.Grow(start + count);
            for (var i = -virtualRows; i < segment.QueryCount; i++)
            {
                var (from, to) = (segment.QueryStart + Math.Max(i, 0), start + virtualRows + i);
                target.ids[to] = i < 0 ? 0 : ids[from];
                target.types[to] = i < 0 ? 0 : types[from];
                target.positions[to] = positions[segment.QueryStart] + shift + virtualRows + i;
                target.keys[to] = keys[segment.QueryStart] + virtualRows + i;
                target.Label(to, i >= 0 ? labels[from] : i == -1 ? firstLabels[s] : Ignore);
            }

            target.AddSegment(new Segment(start, count, start, segment.KeyCount + virtualRows), virtualRows + pooled[s] - segment.QueryStart, classes[s], Ignore);
            target.Count = start + count;
            target.PositionEnd = Math.Max(target.PositionEnd, positions[segment.QueryStart] + shift + count);
        }

        target.AddTargets(targets.AsSpan(0, targetCount));
    }

    /// <summary>The sequences when every one has <paramref name="length"/> keys more in front.</summary>
    internal ReadOnlyMemory<Segment> PrefixedSegments(int length) => Prefixed(Segments, length, ref prefixed);

    /// <summary>Sequences when every one has <paramref name="length"/> keys more in front, in a buffer that grows.</summary>
    internal static ReadOnlyMemory<Segment> Prefixed(ReadOnlySpan<Segment> segments, int length, ref Segment[] buffer)
    {
        if (buffer.Length < segments.Length)
        {
            buffer = new Segment[segments.Length];
        }

        for (var s = 0; s < segments.Length; s++)
        {
            var segment = segments[s];
            buffer[s] = segment with { KeyStart = segment.KeyStart + (s * length), KeyCount = segment.KeyCount + length };
        }

        return buffer.AsMemory(0, segments.Length);
    }
}
