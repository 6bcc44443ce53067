using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// Gradients of attention of narrow heads: <see cref="AttendGradientKernel"/> with keys as lanes, and queries as lanes where gradients of queries are summed, so that a head
/// of 8 fills a register. The items are (key/value head, segment) pairs; queries and their output gradients are read where they stand.
/// </summary>
internal readonly unsafe struct NarrowAttendGradientKernel(
    View q, View k, View v, View y, View logSums, View dy, Segment* segments, int segmentCount, AttentionShape shape, View dq, View dk, View dv) : IKernel
{
    private const int KeyBlock = AttentionBlock.NarrowLanes;
    private const int QueryBlock = AttentionBlock.Queries;
    private const int Side = 16; // of the squares that transpositions move

    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var group = shape.Heads / shape.KeyValueHeads;
        for (var item = start; item < end; item++)
        {
            var keyHead = item / segmentCount;
            for (var head = keyHead * group; head < (keyHead + 1) * group; head++)
            {
                Head<V>(segments[item % segmentCount], head, keyHead * shape.HeadWidth);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Head<V>(Segment segment, int head, int keyColumn)
        where V : struct, ILanes<V>
    {
        int width = shape.HeadWidth, column = head * width, padded = Lane.Pad<V>(width), stride = (segment.QueryCount + QueryBlock - 1) / QueryBlock * QueryBlock;
        using var scratch = Scratch.Open();
        float* means = scratch.Take(stride), queryGradient = scratch.Take((long)width * stride), rows = scratch.Take(QueryBlock * padded);
        float* keys = scratch.Take(width * KeyBlock), values = scratch.Take(width * KeyBlock);
        float* keyGradient = scratch.Take(width * KeyBlock), valueGradient = scratch.Take(width * KeyBlock);
        new Span<float>(queryGradient, width * stride).Clear();
        for (var query = 0; query < segment.QueryCount; query += QueryBlock)
        {
            Means<V>(segment.QueryStart + query, Math.Min(QueryBlock, segment.QueryCount - query), column, means + query);
        }

        var sight = new Sight(segment, shape);
        for (var key = 0; key < segment.KeyCount; key += KeyBlock)
        {
            var (count, row) = (Math.Min(KeyBlock, segment.KeyCount - key), segment.KeyStart + key);
            Pack.Transposed(k.At(row, keyColumn), k.Stride, count, width, keys, KeyBlock);
            Pack.Transposed(v.At(row, keyColumn), v.Stride, count, width, values, KeyBlock);
            new Span<float>(keyGradient, width * KeyBlock).Clear();
            new Span<float>(valueGradient, width * KeyBlock).Clear();
            for (var query = sight.FirstQuery(key) / Side * Side; query < segment.QueryCount && sight.First(query) < key + count;)
            {
                var queries = Math.Min(QueryBlock - (query % QueryBlock), segment.QueryCount - query);
                Queries<V>(segment, head, key, count, query, queries, keys, values, means + query, keyGradient, valueGradient, queryGradient + query, stride);
                query += queries;
            }

            Add<V>(keyGradient, KeyBlock, count, rows, padded, dk.At(row, keyColumn), dk.Stride);
            Add<V>(valueGradient, KeyBlock, count, rows, padded, dv.At(row, keyColumn), dv.Stride);
        }

        for (var query = 0; query < segment.QueryCount; query += QueryBlock)
        {
            Add<V>(queryGradient + query, stride, Math.Min(QueryBlock, segment.QueryCount - query), rows, padded, dq.At(segment.QueryStart + query, column), dq.Stride);
        }
    }

    /// <summary>Inner products of outputs and their gradients, for up to <see cref="QueryBlock"/> rows of one head.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Means<V>(int row, int count, int column, float* means)
        where V : struct, ILanes<V>
    {
        using var scratch = Scratch.Open();
        float* outputs = scratch.Take(shape.HeadWidth * QueryBlock), gradients = scratch.Take(shape.HeadWidth * QueryBlock);
        Transposition.Run(y.At(row, column), y.Stride, count, shape.HeadWidth, outputs, QueryBlock);
        Transposition.Run(dy.At(row, column), dy.Stride, count, shape.HeadWidth, gradients, QueryBlock);
        for (var i = 0; i < count; i += V.Count)
        {
            V sum = default;
            for (var d = 0; d < shape.HeadWidth; d++)
            {
                sum = V.MultiplyAdd(V.Load(outputs + (d * QueryBlock) + i), V.Load(gradients + (d * QueryBlock) + i), sum);
            }

            sum.Store(means + i);
        }
    }

    /// <summary>What a block of queries and a block of keys give each other. Lanes past the last query are written and never read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Queries<V>(
        Segment segment, int head, int key, int count, int query, int queries, float* keys, float* values, float* means, float* keyGradient, float* valueGradient,
        float* queryGradient, int stride)
        where V : struct, ILanes<V>
    {
        int width = shape.HeadWidth, column = head * width, top = segment.QueryStart + query;
        float* outer = q.At(top, column), outerGradient = dy.At(top, column);
        using var scratch = Scratch.Open();
        float* scores = scratch.Take(QueryBlock * KeyBlock), gradients = scratch.Take(QueryBlock * KeyBlock), across = scratch.Take(QueryBlock * KeyBlock);
        Tile.Multiply<V>(queries, width, KeyBlock, outer, q.Stride, 1, keys, KeyBlock, scores, KeyBlock, add: false);
        Tile.Multiply<V>(queries, width, KeyBlock, outerGradient, dy.Stride, 1, values, KeyBlock, gradients, KeyBlock, add: false);
        var sight = new Sight(segment, shape);
        for (var i = 0; i < queries; i++)
        {
            var (first, end) = (Math.Max(0, sight.First(query + i) - key), Math.Min(count, sight.End(query + i) - key));
            ScoreGradient<V>(scores + (i * KeyBlock), gradients + (i * KeyBlock), first, end, *logSums.At(top + i, head), means[i]);
        }

        Tile.Multiply<V>(width, queries, KeyBlock, outerGradient, 1, dy.Stride, scores, KeyBlock, valueGradient, KeyBlock, add: true);
        Tile.Multiply<V>(width, queries, KeyBlock, outer, 1, q.Stride, gradients, KeyBlock, keyGradient, KeyBlock, add: true);
        Transposition.Run(gradients, KeyBlock, (queries + Side - 1) / Side * Side, KeyBlock, across, QueryBlock);
        Tile.Multiply<V>(
            width, count, Lane.Pad<V>(queries), k.At(segment.KeyStart + key, head / (shape.Heads / shape.KeyValueHeads) * width), 1, k.Stride, across, QueryBlock, queryGradient, stride,
            add: true);
    }

    /// <summary>scores become probabilities and gradients those of the scores, both exactly 0 outside [first, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScoreGradient<V>(float* scores, float* gradients, int first, int end, float logSum, float mean)
        where V : struct, ILanes<V>
    {
        V factor = V.Broadcast(shape.Scale), offset = V.Broadcast(-logSum), centre = V.Broadcast(mean);
        for (var i = 0; i < KeyBlock; i += V.Count)
        {
            var p = LaneMath.Exp(V.MultiplyAdd(V.Load(scores + i), factor, offset));
            if (first > i || end < i + V.Count)
            {
                p = Lane.Within(p, first - i, end - i);
            }

            p.Store(scores + i);
            (p * (V.Load(gradients + i) - centre) * factor).Store(gradients + i);
        }
    }

    /// <summary>target += the transpose of source, by way of <paramref name="rows"/>.</summary>
    private void Add<V>(float* source, int stride, int count, float* rows, int padded, float* target, nint targetStride)
        where V : struct, ILanes<V>
    {
        Transposition.Run(source, stride, shape.HeadWidth, count, rows, padded);
        Pack.AddRows<V>(rows, padded, count, shape.HeadWidth, target, targetStride);
    }
}
