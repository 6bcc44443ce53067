namespace Tributary.Numerics.Reference;

/// <content>Rotary positions and attention. Rows that belong to no segment are left alone.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Rotate(Matrix x, ReadOnlySpan<int> positions, Matrix cos, Matrix sin, int headWidth, bool inverse)
    {
        Shapes.Rotate(x, positions, cos, sin, headWidth);
        var (view, cosines, sines) = (Of(x), Of(cos), Of(sin));
        var half = cos.Columns;
        for (var r = 0; r < x.Rows; r++)
        {
            for (var c = 0; c < x.Columns; c++)
            {
                var i = c % headWidth;
                if (i >= half)
                {
                    continue; // rotated together with its partner of the first half, or not at all
                }

                var cosine = cosines[positions[r], i];
                var sine = inverse ? -sines[positions[r], i] : sines[positions[r], i];
                var (low, high) = (view[r, c], view[r, c + half]);
                view[r, c] = (low * cosine) - (high * sine);
                view[r, c + half] = (high * cosine) + (low * sine);
            }
        }
    }

    /// <inheritdoc/>
    public void Attend(Matrix q, Matrix k, Matrix v, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix y, Matrix logSums, ScoreBias bias = default)
    {
        Shapes.Attend(q, k, v, segments, shape, y, logSums, bias);
        var (values, output, sums) = (Of(v), Of(y), Of(logSums));
        foreach (var sight in Sights(segments, shape))
        {
            var top = T.NegativeInfinity;
            for (var key = sight.FirstKey; key < sight.EndKey; key++)
            {
                top = T.Max(top, Score(q, k, sight, key, shape, bias));
            }

            var total = T.Zero;
            for (var key = sight.FirstKey; key < sight.EndKey; key++)
            {
                total += T.Exp(Score(q, k, sight, key, shape, bias) - top);
            }

            sums[sight.Query, sight.Head] = top + T.Log(total);
            for (var i = 0; i < shape.HeadWidth; i++)
            {
                var sum = T.Zero;
                for (var key = sight.FirstKey; key < sight.EndKey; key++)
                {
                    sum += T.Exp(Score(q, k, sight, key, shape, bias) - top) * values[key, sight.KeyColumn + i];
                }

                output[sight.Query, sight.QueryColumn + i] = sum / total;
            }
        }
    }

    /// <inheritdoc/>
    public void AttendGradient(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix dy, ReadOnlySpan<Segment> segments, AttentionShape shape,
        Matrix dq, Matrix dk, Matrix dv, ScoreBias bias = default, Matrix dbias = default)
    {
        Shapes.AttendGradient(q, k, v, y, logSums, dy, segments, shape, dq, dk, dv, bias, dbias);
        var (queries, keys, sums, outer, dqueries, dkeys, dvalues) = (Of(q), Of(k), Of(logSums), Of(dy), Of(dq), Of(dk), Of(dv));
        foreach (var sight in Sights(segments, shape))
        {
            var mean = HeadDot(dy, sight.Query, sight.QueryColumn, y, sight.Query, sight.QueryColumn, shape); // Σ_j p_j · dp_j
            for (var key = sight.FirstKey; key < sight.EndKey; key++)
            {
                var p = T.Exp(Score(q, k, sight, key, shape, bias) - sums[sight.Query, sight.Head]);
                var dp = HeadDot(dy, sight.Query, sight.QueryColumn, v, key, sight.KeyColumn, shape);
                var dscore = p * (dp - mean) * Number(shape.Scale);
                for (var i = 0; i < shape.HeadWidth; i++)
                {
                    dqueries[sight.Query, sight.QueryColumn + i] += dscore * keys[key, sight.KeyColumn + i];
                    dkeys[key, sight.KeyColumn + i] += dscore * queries[sight.Query, sight.QueryColumn + i];
                    dvalues[key, sight.KeyColumn + i] += p * outer[sight.Query, sight.QueryColumn + i];
                }

                if (!dbias.IsEmpty)
                {
                    Of(dbias)[sight.Segment, (bias.BucketOf(key - sight.Position) * shape.Heads) + sight.Head] += p * (dp - mean);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void AttendTangent(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix tq, Matrix tk, Matrix tv, ReadOnlySpan<Segment> segments, AttentionShape shape,
        Matrix ty, ScoreBias bias = default, Matrix tbias = default)
    {
        Shapes.AttendTangent(q, k, v, y, logSums, tq, tk, tv, segments, shape, ty, bias, tbias);
        var (values, output, sums, tvalues, tangent) = (Of(v), Of(y), Of(logSums), Of(tv), Of(ty));
        foreach (var sight in Sights(segments, shape))
        {
            for (var i = 0; i < shape.HeadWidth; i++)
            {
                tangent[sight.Query, sight.QueryColumn + i] = T.Zero;
            }

            for (var key = sight.FirstKey; key < sight.EndKey; key++)
            {
                var p = T.Exp(Score(q, k, sight, key, shape, bias) - sums[sight.Query, sight.Head]);
                var tscore = Score(tq, k, sight, key, shape, bias with { Table = tbias }) + Score(q, tk, sight, key, shape, default);
                for (var i = 0; i < shape.HeadWidth; i++)
                {
                    var spread = values[key, sight.KeyColumn + i] - output[sight.Query, sight.QueryColumn + i];
                    tangent[sight.Query, sight.QueryColumn + i] += p * ((tscore * spread) + tvalues[key, sight.KeyColumn + i]);
                }
            }
        }
    }

    /// <summary>Every query of every segment and head, with the key rows it may see.</summary>
    private static List<Sight> Sights(ReadOnlySpan<Segment> segments, AttentionShape shape)
    {
        var sights = new List<Sight>();
        for (var s = 0; s < segments.Length; s++)
        {
            var segment = segments[s];
            for (var i = 0; i < segment.QueryCount; i++)
            {
                var position = segment.KeyCount - segment.QueryCount + i;
                var end = shape.Causal ? position + 1 : segment.KeyCount;
                var first = shape.Window > 0 ? Math.Max(0, end - shape.Window) : 0;
                for (var head = 0; head < shape.Heads; head++)
                {
                    var keyHead = head / (shape.Heads / shape.KeyValueHeads);
                    sights.Add(new(
                        s, segment.QueryStart + i, segment.KeyStart + position, head, head * shape.HeadWidth, segment.KeyStart + first, segment.KeyStart + end, keyHead * shape.HeadWidth));
                }
            }
        }

        return sights;
    }

    private static T Score(Matrix q, Matrix k, Sight sight, int key, AttentionShape shape, ScoreBias bias) =>
        (Number(shape.Scale) * HeadDot(q, sight.Query, sight.QueryColumn, k, key, sight.KeyColumn, shape))
        + (bias.Table.IsEmpty ? T.Zero : Of(bias.Table)[bias.BucketOf(key - sight.Position), sight.Head]);

    private static T HeadDot(Matrix a, int rowA, int columnA, Matrix b, int rowB, int columnB, AttentionShape shape)
    {
        var (left, right, sum) = (Of(a), Of(b), T.Zero);
        for (var i = 0; i < shape.HeadWidth; i++)
        {
            sum += left[rowA, columnA + i] * right[rowB, columnB + i];
        }

        return sum;
    }

    /// <summary>
    /// One query row and head of a segment: the key row at its own position, its first column, and the rows [FirstKey, EndKey) and the first column of the keys and values
    /// it sees.
    /// </summary>
    private readonly record struct Sight(int Segment, int Query, int Position, int Head, int QueryColumn, int FirstKey, int EndKey, int KeyColumn);
}
