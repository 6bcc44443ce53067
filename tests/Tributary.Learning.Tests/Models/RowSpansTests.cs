using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Models;

/// <summary>The rows that the last block goes on with.</summary>
public class RowSpansTests
{
    [Fact]
    public void Spans_reach_from_the_first_to_the_last_needed_row_of_each_sequence_and_keep_its_keys()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3, 4, 5], [-100, 7, -100, 7, -100], firstPosition: 10, sampleKey: 1);
        rows.Add([1, 2, 3], []);
        rows.Add([1, 2], [-100, 7], sampleKey: 2);

        var spans = rows.SpansOf(rows.Labelled)!;

        spans.Count.ShouldBe(4);
        spans.Indices.ToArray().ShouldBe([1, 2, 3, 9]);
        spans.Positions.ToArray().ShouldBe([11, 12, 13, 1]);
        spans.Keys.ToArray().ShouldBe([.. spans.Indices.ToArray().Select(row => rows.Keys[row])]);
        spans.Needed.ToArray().ShouldBe([0, 2, 3]);
        spans.Segments(causalMask: false).ToArray().ShouldBe([new(0, 3, 0, 5), new(3, 0, 5, 3), new(3, 1, 8, 2)]);
        spans.Segments(causalMask: true).ToArray().ShouldBe([new(0, 3, 0, 4), new(3, 0, 5, 3), new(3, 1, 8, 2)]);
        spans.PrefixedSegments(causalMask: true, 4).ToArray().ShouldBe([new(0, 3, 0, 8), new(3, 0, 9, 7), new(3, 1, 16, 6)]);
    }

    [Fact]
    public void Rows_behind_a_cache_keep_the_keys_before_them()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3], [], firstPosition: 6, keysBefore: 6, keyStart: 0);

        rows.SpansOf(rows.Pooled(PooledRow.Last))!.Segments(causalMask: true).ToArray().ShouldBe([new Segment(0, 1, 0, 9)]);
    }

    [Fact]
    public void All_rows_go_on_when_few_would_fall_away_or_none_is_needed()
    {
        var rows = new TokenRows();
        rows.Add([.. Enumerable.Range(0, 20)], [.. Enumerable.Range(1, 19), TokenRows.Ignore]);
        rows.SpansOf(rows.Labelled).ShouldBeNull();

        rows.Clear();
        rows.Add([1, 2, 3], []);
        rows.SpansOf(rows.Labelled).ShouldBeNull();
    }
}
