namespace Tributary.Learning.Models;

/// <summary>Parts of a batch, for passes that take less memory than the whole.</summary>
public sealed partial class TokenRows
{
    /// <summary>
    /// The sequence after the last of those from <paramref name="first"/> on that have at most <paramref name="rows"/> rows together, but one at least. The texts that they
    /// answer count, and <paramref name="virtualRows"/> for each.
    /// </summary>
    public int PartEnd(int first, int rows, int virtualRows)
    {
        var end = first;
        for (var taken = 0; end < SegmentCount; end++)
        {
            taken += segments[end].QueryCount + virtualRows + (Source is { } answered ? answered.segments[end].QueryCount : 0);
            if (taken > rows && end > first)
            {
                break;
            }
        }

        return end;
    }

    /// <summary>Replaces the content of <paramref name="target"/> with the sequences from <paramref name="first"/> to before <paramref name="end"/>, which continue no others.</summary>
    public void CopyTo(TokenRows target, int first, int end)
    {
        target.Clear();
        target.Recurs = Recurs;
        AddTo(target, first, end);
    }

    private void AddTo(TokenRows target, int first, int end)
    {
        var targetsEach = SegmentCount == 0 ? 0 : targetCount / SegmentCount;
        for (var s = first; s < end; s++)
        {
            var (start, count) = (segments[s].QueryStart, segments[s].QueryCount);
            target.Add(
                ids.AsSpan(start, count),
                labels.AsSpan(start, count),
                positions[start],
                classes[s],
                keys[start] >> SampleShift,
                pooled[s] - start,
                targets: targets.AsSpan(s * targetsEach, targetsEach),
                types: types.AsSpan(start, count),
                unseen: count - segments[s].KeyCount,
                firstLabel: firstLabels[s],
                answered: Source is { } source ? source.Ids.Slice(source.segments[s].QueryStart, source.segments[s].QueryCount) : []);
        }
    }
}
