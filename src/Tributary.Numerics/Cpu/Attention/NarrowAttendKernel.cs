using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// Attention of narrow heads: <see cref="AttendKernel"/> with queries as lanes, so that a head of 8 fills a register, keys and values are read where they stand, and the
/// softmax reduces nothing across lanes. The items are (head, segment) pairs. A query's sums are joined in the order of keys, whichever queries stand beside it.
/// </summary>
internal readonly unsafe struct NarrowAttendKernel(View q, View k, View v, Segment* segments, int segmentCount, AttentionShape shape, View y, View logSums) : IKernel
{
    private const int KeyBlock = AttentionBlock.Keys;
    private const int QueryBlock = AttentionBlock.NarrowLanes;

    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var item = start; item < end; item++)
        {
            var segment = segments[item % segmentCount];
            for (var query = 0; query < segment.QueryCount; query += QueryBlock)
            {
                Block<V>(segment, item / segmentCount, query, Math.Min(QueryBlock, segment.QueryCount - query));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<V>(Segment segment, int head, int firstQuery, int queries)
        where V : struct, ILanes<V>
    {
        int width = shape.HeadWidth, column = head * width, keyColumn = head / (shape.Heads / shape.KeyValueHeads) * width;
        var (lanes, top, sight) = (Lane.Pad<V>(queries), segment.QueryStart + firstQuery, new Sight(segment, shape));
        using var scratch = Scratch.Open();
        float* across = scratch.Take(width * QueryBlock), scores = scratch.Take(KeyBlock * QueryBlock), output = scratch.Take(width * QueryBlock);
        float* largest = scratch.Take(QueryBlock), totals = scratch.Take(QueryBlock), begins = scratch.Take(QueryBlock), ends = scratch.Take(QueryBlock);
        Pack.Transposed(q.At(top, column), q.Stride, queries, width, across, QueryBlock);
        new Span<float>(output, width * QueryBlock).Clear();
        new Span<float>(totals, QueryBlock).Clear();
        new Span<float>(largest, QueryBlock).Fill(float.MinValue); // finite: a query that sees nothing yet must not become NaN
        for (var i = 0; i < lanes; i++)
        {
            (begins[i], ends[i]) = (sight.First(firstQuery + i), sight.End(firstQuery + i));
        }

        var (firstKey, lastKey) = (sight.First(firstQuery), sight.End(firstQuery + queries - 1));
        for (var block = firstKey / KeyBlock * KeyBlock; block < lastKey; block += KeyBlock)
        {
            var key = Math.Max(block, firstKey);
            var (count, row) = (Math.Min(block + KeyBlock, lastKey) - key, segment.KeyStart + key);
            Tile.Multiply<V>(count, width, lanes, k.At(row, keyColumn), k.Stride, 1, across, QueryBlock, scores, QueryBlock, add: false);
            for (var i = 0; i < lanes; i += V.Count)
            {
                var seenByAll = Math.Clamp(sight.End(firstQuery + i) - key, 0, count);
                var hiddenFromSome = Math.Clamp(sight.First(firstQuery + i + V.Count - 1) - key, 0, count);
                Hide<V>(scores + i, 0, hiddenFromSome, key, begins + i, ends + i);
                Hide<V>(scores + i, Math.Max(seenByAll, hiddenFromSome), count, key, begins + i, ends + i);
                Softmax<V>(scores + i, count, largest + i, totals + i, output + i);
            }

            Tile.Multiply<V>(width, count, lanes, v.At(row, keyColumn), 1, v.Stride, scores, QueryBlock, output, QueryBlock, add: true);
        }

        for (var i = 0; i < lanes; i += V.Count)
        {
            var scale = V.Broadcast(1) / V.Load(totals + i);
            for (var at = output + i; at < output + (width * QueryBlock); at += QueryBlock)
            {
                (V.Load(at) * scale).Store(at);
            }
        }

        Transposition.Run(output, QueryBlock, width, queries, y.At(top, column), y.Stride);
        for (var i = 0; i < queries; i++)
        {
            *logSums.At(top + i, head) = (float)(largest[i] + Math.Log(totals[i]));
        }
    }

    /// <summary>Hides from each query the keys outside [begin, end): their exponentials become exactly 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Hide<V>(float* scores, int from, int to, int firstKey, float* begins, float* ends)
        where V : struct, ILanes<V>
    {
        V begin = V.Load(begins), end = V.Load(ends), hidden = V.Broadcast(float.NegativeInfinity);
        for (var i = from; i < to; i++)
        {
            var key = V.Broadcast(firstKey + i);
            var seen = V.Select(V.Less(key, end), V.Load(scores + (i * QueryBlock)), hidden);
            V.Select(V.Less(key, begin), hidden, seen).Store(scores + (i * QueryBlock));
        }
    }

    /// <summary>Turns scores into exponentials relative to the largest so far, and brings the sums of earlier blocks to the same base.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Softmax<V>(float* scores, int count, float* largest, float* totals, float* output)
        where V : struct, ILanes<V>
    {
        var top = V.Broadcast(float.NegativeInfinity);
        for (var i = 0; i < count; i++)
        {
            top = V.Max(top, V.Load(scores + (i * QueryBlock)));
        }

        var (factor, before) = (V.Broadcast(shape.Scale), V.Load(largest));
        top = V.Max(before, top * factor);
        var shrink = LaneMath.Exp(before - top);
        for (var d = 0; d < shape.HeadWidth; d++)
        {
            (V.Load(output + (d * QueryBlock)) * shrink).Store(output + (d * QueryBlock));
        }

        var (total, shift) = (V.Load(totals) * shrink, default(V) - top);
        for (var i = 0; i < count; i++)
        {
            var p = LaneMath.Exp(V.MultiplyAdd(V.Load(scores + (i * QueryBlock)), factor, shift));
            p.Store(scores + (i * QueryBlock));
            total += p;
        }

        total.Store(totals);
        top.Store(largest);
    }
}
