using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// Attention in blocks with a running softmax (Milakov and Gimelshein 2018; Dao et al. 2022). The items are (head, segment) pairs, heads outermost, so that
/// segments of different lengths spread evenly.
/// </summary>
internal readonly unsafe struct AttendKernel(
    View q, View k, View v, Segment* segments, int segmentCount, AttentionShape shape, View y, View logSums, DistanceBias bias) : IKernel
{
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var item = start; item < end; item++)
        {
            var segment = segments[item % segmentCount];
            for (var query = 0; query < segment.QueryCount; query += AttentionBlock.Queries)
            {
                Block<V>(segment, item / segmentCount, query, Math.Min(AttentionBlock.Queries, segment.QueryCount - query));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<V>(Segment segment, int head, int firstQuery, int queries)
        where V : struct, ILanes<V>
    {
        const int keyBlock = AttentionBlock.Keys;
        var (width, padded) = (shape.HeadWidth, Lane.Pad<V>(shape.HeadWidth));
        int column = head * width, keyColumn = head / (shape.Heads / shape.KeyValueHeads) * width;
        var sight = new Sight(segment, shape);
        using var scratch = Scratch.Open();
        float* keys = scratch.Take(width * keyBlock), values = scratch.Take(keyBlock * padded), scores = scratch.Take(AttentionBlock.Group * keyBlock);
        float* output = scratch.Take(queries * padded), largest = scratch.Take(queries), totals = scratch.Take(queries * V.Count);
        var distances = scratch.Take(DistanceBias.Span);
        new Span<float>(output, queries * padded).Clear();
        new Span<float>(totals, queries * V.Count).Clear();
        new Span<float>(largest, queries).Fill(float.NegativeInfinity);

        var lastKey = sight.End(firstQuery + queries - 1);
        for (var key = sight.First(firstQuery) / keyBlock * keyBlock; key < lastKey; key += keyBlock)
        {
            var count = Math.Min(keyBlock, segment.KeyCount - key);
            Pack.Transposed(k.At(segment.KeyStart + key, keyColumn), k.Stride, count, width, keys, keyBlock);
            Pack.Rows<V>(v.At(segment.KeyStart + key, keyColumn), v.Stride, count, width, values, padded);
            if (!bias.IsEmpty)
            {
                bias.Fill(distances, DistanceBias.Lowest(segment, firstQuery, queries, key), head, shape.Scale);
            }

            for (var row = 0; row < queries; row += AttentionBlock.Group)
            {
                var rows = Math.Min(AttentionBlock.Group, queries - row);
                var visible = Math.Min(sight.End(firstQuery + row + rows - 1) - key, count);
                if (visible <= 0 || sight.First(firstQuery + row) - key >= count)
                {
                    continue;
                }

                var span = Lane.Pad<V>(visible);
                var source = q.At(segment.QueryStart + firstQuery + row, column);
                Tile.Multiply<V>(rows, width, span, source, q.Stride, 1, keys, keyBlock, scores, keyBlock, add: false);
                for (var r = 0; r < rows; r++)
                {
                    if (!bias.IsEmpty)
                    {
                        ScoreRow.Add<V>(scores + (r * keyBlock), distances + queries - 1 - row - r, span);
                    }

                    var first = Math.Clamp(sight.First(firstQuery + row + r) - key, 0, span);
                    var end = Math.Clamp(sight.End(firstQuery + row + r) - key, 0, count);
                    Softmax<V>(scores + (r * keyBlock), first, end, span, largest + row + r, totals + ((row + r) * V.Count), output + ((row + r) * padded), padded);
                }

                Tile.Multiply<V>(rows, visible, padded, scores, keyBlock, 1, values, padded, output + (row * padded), padded, add: true);
            }
        }

        for (var row = 0; row < queries; row++)
        {
            var target = segment.QueryStart + firstQuery + row;
            var total = V.Load(totals + (row * V.Count)).Sum();
            var scale = V.Broadcast(1 / total);
            for (var i = 0; i < width; i += V.Count)
            {
                Lane.Store(V.Load(output + (row * padded) + i) * scale, y.At(target, column + i), width - i);
            }

            *logSums.At(target, head) = (float)(largest[row] + Math.Log(total));
        }
    }

    /// <summary>Turns a row of scores into exponentials relative to the largest so far, and brings the sums of earlier blocks to the same base.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Softmax<V>(float* scores, int first, int end, int span, float* largest, float* totals, float* output, int padded)
        where V : struct, ILanes<V>
    {
        if (first >= end)
        {
            new Span<float>(scores, span).Clear();
            return;
        }

        ScoreRow.Mask(scores, first, end, span);
        var top = MathF.Max(*largest, ScoreRow.Largest<V>(scores, span, shape.Scale));
        if (top > *largest)
        {
            var shrink = LaneMath.Exp(V.Broadcast(*largest - top));
            for (var i = 0; i < padded; i += V.Count)
            {
                (V.Load(output + i) * shrink).Store(output + i);
            }

            (V.Load(totals) * shrink).Store(totals);
            *largest = top;
        }

        (V.Load(totals) + ScoreRow.Exponentials<V>(scores, span, shape.Scale, top)).Store(totals);
    }
}
