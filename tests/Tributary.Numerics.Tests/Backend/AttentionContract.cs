namespace Tributary.Numerics.Tests.Backend;

public sealed class AttentionContract
{
    /// <summary>Query rows, key rows, segments and shape: tiny and wide heads, groups, windows, lengths around the block sizes, and queries behind a cache.</summary>
    internal static readonly (int QueryRows, int KeyRows, Segment[] Segments, AttentionShape Shape)[] Cases =
    [
        (5, 5, [new(0, 5, 0, 5)], new(1, 1, 1, 1, true)),
        (9, 9, [new(0, 4, 0, 4), new(4, 5, 4, 5)], new(4, 2, 6, 0.4f, true)),
        (9, 9, [new(0, 9, 0, 9)], new(2, 1, 8, 0.35f, false)),
        (130, 130, [new(0, 63, 0, 63), new(63, 1, 63, 1), new(64, 66, 64, 66)], new(3, 3, 17, 0.25f, true)),
        (200, 200, [new(0, 129, 0, 129), new(130, 64, 130, 64)], new(4, 2, 32, 0.2f, true, 50)),
        (150, 150, [new(0, 150, 0, 150)], new(2, 2, 64, 0.125f, true, 3)),
        (70, 70, [new(0, 70, 0, 70)], new(2, 2, 80, 0.1f, false)),
        (7, 140, [new(0, 1, 0, 70), new(1, 6, 70, 70)], new(8, 4, 8, 0.35f, true)),
        (12, 140, [new(0, 5, 0, 70), new(5, 7, 70, 70)], new(2, 1, 16, 0.25f, false)),
        (3, 200, [new(0, 3, 5, 190)], new(2, 2, 24, 0.2f, true, 66)),
        (200, 200, [new(0, 133, 0, 133), new(133, 64, 133, 64)], new(4, 2, 8, 0.35f, true, 50)),
        (170, 170, [new(0, 33, 0, 33), new(40, 130, 40, 130)], new(2, 1, 12, 0.3f, false)),
        (40, 200, [new(0, 40, 5, 190)], new(3, 3, 5, 0.4f, true, 66)),
    ];

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Attention(string leg)
    {
        foreach (var (queryRows, keyRows, segments, shape) in Cases)
        {
            var (queries, keys) = (shape.Heads * shape.HeadWidth, shape.KeyValueHeads * shape.HeadWidth);
            Operand q = Operand.Normal(1, queryRows, queries, 2, 3), k = Operand.Normal(2, keyRows, keys, 2, 1), v = Operand.Normal(3, keyRows, keys);
            Operand y = Operand.Normal(4, queryRows, queries, 1, 5), sums = Operand.Normal(5, queryRows, shape.Heads, 1, 2);
            Contract.RowWise(
                leg,
                segments.Length,
                (backend, at) => backend.Attend(at.Whole(q), at.Whole(k), at.Whole(v), at.Rows(segments), shape, at.Whole(y), at.Whole(sums)),
                [q, k, v, y, sums],
                2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Gradient(string leg)
    {
        foreach (var (queryRows, keyRows, segments, shape) in Cases)
        {
            var (queries, keys) = (shape.Heads * shape.HeadWidth, shape.KeyValueHeads * shape.HeadWidth);
            Operand q = Operand.Normal(1, queryRows, queries, 1, 3), k = Operand.Normal(2, keyRows, keys, 1, 1), v = Operand.Normal(3, keyRows, keys);
            var (y, sums) = Forward(q, k, v, segments, shape);
            Operand dy = Operand.Normal(6, queryRows, queries, 1, 2), dq = Operand.Normal(7, queryRows, queries, 1, 1);
            Operand dk = Operand.Normal(8, keyRows, keys, 1, 3), dv = Operand.Normal(9, keyRows, keys);
            Contract.RowWise(
                leg,
                segments.Length,
                (backend, at) => backend.AttendGradient(
                    at.Whole(q), at.Whole(k), at.Whole(v), at.Whole(y), at.Whole(sums), at.Whole(dy), at.Rows(segments), shape, at.Whole(dq), at.Whole(dk), at.Whole(dv)),
                [q, k, v, y, sums, dy, dq, dk, dv],
                2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Tangent(string leg)
    {
        foreach (var (queryRows, keyRows, segments, shape) in Cases)
        {
            var (queries, keys) = (shape.Heads * shape.HeadWidth, shape.KeyValueHeads * shape.HeadWidth);
            Operand q = Operand.Normal(1, queryRows, queries, 1, 3), k = Operand.Normal(2, keyRows, keys, 1, 1), v = Operand.Normal(3, keyRows, keys);
            var (y, sums) = Forward(q, k, v, segments, shape);
            Operand tq = Operand.Normal(6, queryRows, queries, 1, 2), tk = Operand.Normal(7, keyRows, keys), tv = Operand.Normal(8, keyRows, keys, 1, 4);
            var ty = Operand.Normal(9, queryRows, queries, 1, 1);
            Contract.RowWise(
                leg,
                segments.Length,
                (backend, at) => backend.AttendTangent(
                    at.Whole(q), at.Whole(k), at.Whole(v), at.Whole(y), at.Whole(sums), at.Whole(tq), at.Whole(tk), at.Whole(tv), at.Rows(segments), shape, at.Whole(ty)),
                [q, k, v, y, sums, tq, tk, tv, ty],
                2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void A_query_behind_a_cache_gives_the_bits_of_the_whole_sequence(string leg)
    {
        const int length = 135;
        var shape = new AttentionShape(4, 2, 12, 0.3f, true);
        Operand q = Operand.Normal(1, length, 48), k = Operand.Normal(2, length, 24), v = Operand.Normal(3, length, 24);
        Operand y = Operand.Normal(4, length, 48), sums = Operand.Normal(5, length, 4);
        using var backend = Legs.Create(leg, 1);
        var (whole, single) = (new Bound(backend, [q, k, v, y, sums]), new Bound(backend, [q, k, v, y, sums]));
        Attend(whole, [new(0, length, 0, length)]);
        for (var i = 0; i < length; i++)
        {
            Attend(single, [new(i, 1, 0, i + 1)]);
        }

        Contract.SameBits(single.Read(), whole.Read(), "one query at a time");

        void Attend(Bound at, Segment[] segments) =>
            backend.Attend(at.Whole(q), at.Whole(k), at.Whole(v), segments, shape, at.Whole(y), at.Whole(sums));
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Scores_in_the_thousands(string leg)
    {
        var shape = new AttentionShape(2, 2, 8, 1, true);
        Operand q = Operand.Normal(1, 100, 16, 30), k = Operand.Normal(2, 100, 16, 30), v = Operand.Normal(3, 100, 16);
        Operand y = Operand.Normal(4, 100, 16), sums = Operand.Normal(5, 100, 2);
        Segment[] segments = [new(0, 100, 0, 100)];
        Contract.RowWise(
            leg, 1, (backend, at) => backend.Attend(at.Whole(q), at.Whole(k), at.Whole(v), at.Rows(segments), shape, at.Whole(y), at.Whole(sums)), [q, k, v, y, sums], 2e-3);
    }

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Rotation(string leg)
    {
        foreach (var (rows, heads, width, rotated, gap) in new[] { (1, 1, 2, 2, 0), (5, 3, 8, 8, 2), (7, 2, 34, 34, 1), (50, 12, 64, 64, 0), (40, 2, 10, 10, 3), (9, 3, 8, 2, 1), (6, 2, 80, 20, 0), (5, 2, 96, 70, 2) })
        {
            var positions = Enumerable.Range(0, rows).Select(i => i * 7 % 11).ToArray();
            Operand x = Operand.Normal(1, rows, heads * width, 1, gap), cos = Operand.Normal(2, 11, rotated / 2, 1, gap), sin = Operand.Normal(3, 11, rotated / 2);
            foreach (var inverse in new[] { false, true })
            {
                Contract.RowWise(
                    leg,
                    rows,
                    (backend, at) => backend.Rotate(at.Rows(x), at.Rows(positions), at.Whole(cos), at.Whole(sin), width, inverse),
                    [x, cos, sin]);
            }
        }
    }

    /// <summary>Output and log sums as the twin in double computes them.</summary>
    private static (Operand Y, Operand Sums) Forward(Operand q, Operand k, Operand v, Segment[] segments, AttentionShape shape)
    {
        using var exact = new Numerics.Reference.ReferenceBackend<double>();
        Operand y = Operand.Normal(4, q.Rows, q.Columns, 1, 5), sums = Operand.Normal(5, q.Rows, shape.Heads, 1, 2);
        var at = new Bound(exact, [q, k, v, y, sums]);
        exact.Attend(at.Whole(q), at.Whole(k), at.Whole(v), segments, shape, at.Whole(y), at.Whole(sums));
        var values = at.Read();
        return (y with { Values = values[3] }, sums with { Values = values[4] });
    }
}
