using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// ty = Σⱼ pⱼ · (tvⱼ + tsⱼ · vⱼ) − (Σⱼ pⱼ · tsⱼ) · y, with ts = scale · (tq · k + q · tk) + tbias and p from the log sums. The items are (head, segment) pairs.
/// </summary>
internal readonly unsafe struct AttendTangentKernel(
    View q, View k, View v, View y, View logSums, View tq, View tk, View tv, Segment* segments, int segmentCount, AttentionShape shape, View ty,
    DistanceBias bias, DistanceBias tbias) : IKernel
{
    private const int KeyBlock = AttentionBlock.Keys;

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
        var (width, padded) = (shape.HeadWidth, Lane.Pad<V>(shape.HeadWidth));
        int column = head * width, keyColumn = head / (shape.Heads / shape.KeyValueHeads) * width;
        var sight = new Sight(segment, shape);
        using var scratch = Scratch.Open();
        float* keys = scratch.Take(width * KeyBlock), tkeys = scratch.Take(width * KeyBlock);
        float* values = scratch.Take(KeyBlock * padded), tvalues = scratch.Take(KeyBlock * padded);
        float* scores = scratch.Take(AttentionBlock.Group * KeyBlock), tscores = scratch.Take(AttentionBlock.Group * KeyBlock);
        float* output = scratch.Take(queries * padded), means = scratch.Take(queries);
        float* distances = scratch.Take(DistanceBias.Span), tdistances = scratch.Take(DistanceBias.Span);
        new Span<float>(output, queries * padded).Clear();
        new Span<float>(means, queries).Clear();

        var lastKey = sight.End(firstQuery + queries - 1);
        for (var key = sight.First(firstQuery) / KeyBlock * KeyBlock; key < lastKey; key += KeyBlock)
        {
            var count = Math.Min(KeyBlock, segment.KeyCount - key);
            Pack.Transposed(k.At(segment.KeyStart + key, keyColumn), k.Stride, count, width, keys, KeyBlock);
            Pack.Transposed(tk.At(segment.KeyStart + key, keyColumn), tk.Stride, count, width, tkeys, KeyBlock);
            Pack.Rows<V>(v.At(segment.KeyStart + key, keyColumn), v.Stride, count, width, values, padded);
            Pack.Rows<V>(tv.At(segment.KeyStart + key, keyColumn), tv.Stride, count, width, tvalues, padded);
            var lowest = DistanceBias.Lowest(segment, firstQuery, queries, key);
            if (!bias.IsEmpty)
            {
                bias.Fill(distances, lowest, head, shape.Scale);
            }

            if (!tbias.IsEmpty)
            {
                tbias.Fill(tdistances, lowest, head, shape.Scale);
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
                var top = segment.QueryStart + firstQuery + row;
                Tile.Multiply<V>(rows, width, span, q.At(top, column), q.Stride, 1, keys, KeyBlock, scores, KeyBlock, add: false);
                Tile.Multiply<V>(rows, width, span, tq.At(top, column), tq.Stride, 1, keys, KeyBlock, tscores, KeyBlock, add: false);
                Tile.Multiply<V>(rows, width, span, q.At(top, column), q.Stride, 1, tkeys, KeyBlock, tscores, KeyBlock, add: true);
                for (var r = 0; r < rows; r++)
                {
                    var (query, across) = (firstQuery + row + r, queries - 1 - row - r);
                    if (!bias.IsEmpty)
                    {
                        ScoreRow.Add<V>(scores + (r * KeyBlock), distances + across, span);
                    }

                    if (!tbias.IsEmpty)
                    {
                        ScoreRow.Add<V>(tscores + (r * KeyBlock), tdistances + across, span);
                    }

                    var first = Math.Clamp(sight.First(query) - key, 0, span);
                    var end = Math.Clamp(sight.End(query) - key, first, Math.Max(first, count));
                    ScoreRow.Mask(scores + (r * KeyBlock), first, end, span);
                    means[row + r] += ScoreRow.Tangent<V>(scores + (r * KeyBlock), tscores + (r * KeyBlock), span, shape.Scale, *logSums.At(top + r, head));
                }

                Tile.Multiply<V>(rows, visible, padded, scores, KeyBlock, 1, tvalues, padded, output + (row * padded), padded, add: true);
                Tile.Multiply<V>(rows, visible, padded, tscores, KeyBlock, 1, values, padded, output + (row * padded), padded, add: true);
            }
        }

        for (var row = 0; row < queries; row++)
        {
            var target = segment.QueryStart + firstQuery + row;
            var mean = V.Broadcast(-means[row]);
            for (var i = 0; i < width; i += V.Count)
            {
                var tangent = V.MultiplyAdd(mean, Lane.Load<V>(y.At(target, column + i), width - i), V.Load(output + (row * padded) + i));
                Lane.Store(tangent, ty.At(target, column + i), width - i);
            }
        }
    }
}
