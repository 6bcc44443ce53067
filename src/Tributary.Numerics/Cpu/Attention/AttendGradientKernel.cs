using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// Gradients of attention, with the scores computed again from the log sums. The items are (key/value head, segment) pairs: one item owns a segment's keys
/// and values and the queries of its group of heads, so nothing is shared between threads.
/// </summary>
internal readonly unsafe struct AttendGradientKernel(
    View q, View k, View v, View y, View logSums, View dy, Segment* segments, int segmentCount, AttentionShape shape, View dq, View dk, View dv,
    DistanceBias bias, View dbias) : IKernel
{
    private const int KeyBlock = AttentionBlock.Keys;
    private const int QueryBlock = AttentionBlock.Queries;

    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var item = start; item < end; item++)
        {
            var keys = segments[item % segmentCount].KeyCount;
            for (var key = 0; key < keys; key += KeyBlock)
            {
                Keys<V>(item % segmentCount, item / segmentCount, key, Math.Min(KeyBlock, keys - key));
            }
        }
    }

    /// <summary>Everything that a block of keys takes part in.</summary>
    private void Keys<V>(int index, int keyHead, int key, int count)
        where V : struct, ILanes<V>
    {
        var segment = segments[index];
        var (width, padded) = (shape.HeadWidth, Lane.Pad<V>(shape.HeadWidth));
        var (group, row, column) = (shape.Heads / shape.KeyValueHeads, segment.KeyStart + key, keyHead * width);
        using var scratch = Scratch.Open();
        var block = new KeyGradients(scratch, width, padded);
        Pack.Transposed(k.At(row, column), k.Stride, count, width, block.KeysAcross, KeyBlock);
        Pack.Transposed(v.At(row, column), v.Stride, count, width, block.ValuesAcross, KeyBlock);
        Pack.Rows<V>(k.At(row, column), k.Stride, count, width, block.Keys, padded);
        var sight = new Sight(segment, shape);
        var first = sight.FirstQuery(key) / QueryBlock * QueryBlock;
        for (var head = keyHead * group; head < (keyHead + 1) * group; head++)
        {
            for (var query = first; query < segment.QueryCount && sight.First(query) < key + count; query += QueryBlock)
            {
                Queries<V>(block, index, head, key, count, query, Math.Min(QueryBlock, segment.QueryCount - query));
            }
        }

        Pack.AddRows<V>(block.KeyGradient, padded, count, width, dk.At(row, column), dk.Stride);
        Pack.AddRows<V>(block.ValueGradient, padded, count, width, dv.At(row, column), dv.Stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Queries<V>(in KeyGradients block, int index, int head, int key, int count, int firstQuery, int queries)
        where V : struct, ILanes<V>
    {
        var segment = segments[index];
        var (width, padded, column) = (shape.HeadWidth, Lane.Pad<V>(shape.HeadWidth), head * shape.HeadWidth);
        var sight = new Sight(segment, shape);
        var begin = Math.Max(0, sight.FirstQuery(key) - firstQuery) / AttentionBlock.Group * AttentionBlock.Group;
        var top = segment.QueryStart + firstQuery;
        Pack.Rows<V>(q.At(top, column), q.Stride, queries, width, block.Queries, padded);
        Pack.Rows<V>(dy.At(top, column), dy.Stride, queries, width, block.Outer, padded);
        var lowest = DistanceBias.Lowest(segment, firstQuery, queries, key);
        if (!bias.IsEmpty)
        {
            bias.Fill(block.Distances, lowest, head, shape.Scale);
            new Span<float>(block.DistanceGradients, DistanceBias.Span).Clear();
        }

        var done = begin;
        for (var row = begin; row < queries; row += AttentionBlock.Group)
        {
            var rows = Math.Min(AttentionBlock.Group, queries - row);
            if (sight.First(firstQuery + row) >= key + count)
            {
                break;
            }

            done = row + rows;
            var span = Lane.Pad<V>(Math.Min(sight.End(firstQuery + row + rows - 1) - key, count));
            float* scores = block.Scores + (row * KeyBlock), dscores = block.ScoreGradients + (row * KeyBlock);
            Tile.Multiply<V>(rows, width, span, block.Queries + (row * padded), padded, 1, block.KeysAcross, KeyBlock, scores, KeyBlock, add: false);
            Tile.Multiply<V>(rows, width, span, block.Outer + (row * padded), padded, 1, block.ValuesAcross, KeyBlock, dscores, KeyBlock, add: false);
            for (var r = 0; r < rows; r++)
            {
                var (query, across) = (firstQuery + row + r, queries - 1 - row - r);
                if (!bias.IsEmpty)
                {
                    ScoreRow.Add<V>(scores + (r * KeyBlock), block.Distances + across, span);
                }

                Softmax<V>(scores + (r * KeyBlock), dscores + (r * KeyBlock), sight, query, key, count, span, segment.QueryStart + query, head);
                if (!dbias.IsEmpty)
                {
                    ScoreRow.Add<V>(block.DistanceGradients + across, dscores + (r * KeyBlock), span);
                }
            }

            Tile.Multiply<V>(rows, Math.Min(span, count), padded, dscores, KeyBlock, 1, block.Keys, padded, block.QueryGradient, padded, add: false);
            Pack.AddRows<V>(block.QueryGradient, padded, rows, width, dq.At(top + row, column), dq.Stride);
        }

        if (!dbias.IsEmpty)
        {
            bias.Collect(block.DistanceGradients, lowest, head, shape.Scale, dbias.Row(index));
        }

        // Key j is seen by no query before FirstQuery(j): skipping those leaves out exact zeros.
        for (var j = 0; j < count; j += AttentionBlock.Group)
        {
            var rows = Math.Min(AttentionBlock.Group, count - j);
            var from = Math.Max(begin, sight.FirstQuery(key + j) - firstQuery);
            float* p = block.Scores + (from * KeyBlock) + j, dp = block.ScoreGradients + (from * KeyBlock) + j;
            Tile.Multiply<V>(
                rows, done - from, padded, p, 1, KeyBlock, block.Outer + (from * padded), padded, block.ValueGradient + (j * padded), padded, add: true);
            Tile.Multiply<V>(
                rows, done - from, padded, dp, 1, KeyBlock, block.Queries + (from * padded), padded, block.KeyGradient + (j * padded), padded, add: true);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Softmax<V>(float* scores, float* dscores, Sight sight, int query, int key, int count, int span, int row, int head)
        where V : struct, ILanes<V>
    {
        var first = Math.Clamp(sight.First(query) - key, 0, span);
        var end = Math.Clamp(sight.End(query) - key, first, Math.Max(first, count));
        var column = head * shape.HeadWidth;
        ScoreRow.Mask(scores, first, end, span);
        var mean = ScoreRow.Dot<V>(dy.At(row, column), y.At(row, column), shape.HeadWidth);
        ScoreRow.Gradient<V>(scores, dscores, span, shape.Scale, *logSums.At(row, head), mean);
        new Span<float>(scores + span, KeyBlock - span).Clear();
        new Span<float>(dscores + span, KeyBlock - span).Clear();
    }
}
