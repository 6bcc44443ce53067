namespace Tributary.Numerics.Tests.Backend;

/// <summary>Attention with a bias by head and distance, over the same shapes as without.</summary>
public sealed class AttentionBiasContract
{
    /// <summary>Distances with a bucket of their own: none, fewer than a block's, more than any text's.</summary>
    private static readonly int[] Reaches = [0, 5, 90];

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Attention(string leg) => ForEach(c => Contract.RowWise(
        leg,
        c.Segments.Length,
        (backend, at) => backend.Attend(at.Whole(c.Q), at.Whole(c.K), at.Whole(c.V), at.Rows(c.Segments), c.Shape, at.Whole(c.Y), at.Whole(c.Sums), c.Bias(at)),
        [c.Q, c.K, c.V, c.Y, c.Sums, c.Table],
        2e-5));

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Gradient(string leg) => ForEach(c =>
    {
        var (y, sums) = c.Forward();
        Operand dy = Operand.Normal(6, c.Q.Rows, c.Q.Columns, 1, 2), dq = Operand.Normal(7, c.Q.Rows, c.Q.Columns, 1, 1);
        Operand dk = Operand.Normal(8, c.K.Rows, c.K.Columns, 1, 3), dv = Operand.Normal(9, c.K.Rows, c.K.Columns);
        var dtable = Operand.Normal(10, c.Segments.Length, c.Table.Rows * c.Table.Columns, 1, 2);
        foreach (var wanted in c.Reach == 5 ? [true, false] : new[] { true })
        {
            Contract.RowWise(
                leg,
                c.Segments.Length,
                (backend, at) => backend.AttendGradient(
                    at.Whole(c.Q), at.Whole(c.K), at.Whole(c.V), at.Whole(y), at.Whole(sums), at.Whole(dy), at.Rows(c.Segments), c.Shape, at.Whole(dq), at.Whole(dk), at.Whole(dv),
                    c.Bias(at), wanted ? at.Rows(dtable) : default),
                [c.Q, c.K, c.V, y, sums, dy, dq, dk, dv, c.Table, dtable],
                3e-5);
        }
    });

    [Theory]
    [MemberData(nameof(Legs.All), MemberType = typeof(Legs))]
    public void Tangent(string leg) => ForEach(c =>
    {
        var (y, sums) = c.Forward();
        Operand tq = Operand.Normal(6, c.Q.Rows, c.Q.Columns, 1, 2), tk = Operand.Normal(7, c.K.Rows, c.K.Columns, 1, 1), tv = Operand.Normal(8, c.K.Rows, c.K.Columns);
        Operand ty = Operand.Normal(9, c.Q.Rows, c.Q.Columns, 1, 3), ttable = Operand.Normal(10, c.Table.Rows, c.Table.Columns, 1, 2);
        foreach (var moved in c.Reach == 5 ? [true, false] : new[] { true })
        {
            Contract.RowWise(
                leg,
                c.Segments.Length,
                (backend, at) => backend.AttendTangent(
                    at.Whole(c.Q), at.Whole(c.K), at.Whole(c.V), at.Whole(y), at.Whole(sums), at.Whole(tq), at.Whole(tk), at.Whole(tv), at.Rows(c.Segments), c.Shape, at.Whole(ty),
                    c.Bias(at), moved ? at.Whole(ttable) : default),
                [c.Q, c.K, c.V, y, sums, tq, tk, tv, ty, c.Table, ttable],
                3e-5);
        }
    });

    [Fact]
    public void Buckets_that_cannot_be_are_refused()
    {
        using var backend = Legs.Create("reference", 1);
        Matrix q = backend.Allocate(8).AsMatrix(4, 2), sums = backend.Allocate(8).AsMatrix(4, 2), table = backend.Allocate(6).AsMatrix(3, 2);
        var shape = new AttentionShape(2, 2, 1, 1, true);
        void Attend(Matrix rows, params int[] buckets) => backend.Attend(q, q, q, [new(0, 4, 0, 4)], shape, q, sums, new ScoreBias(rows, buckets));

        Attend(table, 0, 1, 2);
        Should.Throw<ArgumentException>(() => Attend(table, 0, 1)).Message.ShouldContain("odd number");
        Should.Throw<ArgumentException>(() => Attend(table, 0, 3, 1)).Message.ShouldContain("outside [0, 3)");
        Should.Throw<ArgumentException>(() => Attend(table.Reshape(6, 1), 0, 3, 1)).Message.ShouldContain("expected 6×2");
    }

    private static void ForEach(Action<Case> check)
    {
        foreach (var (queryRows, keyRows, segments, shape) in AttentionContract.Cases)
        {
            foreach (var reach in Reaches)
            {
                check(new Case(queryRows, keyRows, segments, shape, reach));
            }
        }
    }

    /// <summary>Operands of one shape, and a bias of seven buckets dealt to distances without any order.</summary>
    private sealed record Case(int QueryRows, int KeyRows, Segment[] Segments, AttentionShape Shape, int Reach)
    {
        private readonly int[] buckets = [.. Enumerable.Range(0, (2 * Reach) + 1).Select(i => i * i * 3 % 7)];

        public Operand Q { get; } = Operand.Normal(1, QueryRows, Shape.Heads * Shape.HeadWidth, 1, 3);

        public Operand K { get; } = Operand.Normal(2, KeyRows, Shape.KeyValueHeads * Shape.HeadWidth, 1, 1);

        public Operand V { get; } = Operand.Normal(3, KeyRows, Shape.KeyValueHeads * Shape.HeadWidth);

        public Operand Y { get; } = Operand.Normal(4, QueryRows, Shape.Heads * Shape.HeadWidth, 1, 5);

        public Operand Sums { get; } = Operand.Normal(5, QueryRows, Shape.Heads, 1, 2);

        public Operand Table { get; } = Operand.Normal(11, 7, Shape.Heads, 2, 1);

        public ScoreBias Bias(Bound at) => new(at.Whole(Table), buckets);

        /// <summary>Output and log sums as the twin in double computes them.</summary>
        public (Operand Y, Operand Sums) Forward()
        {
            using var exact = new Numerics.Reference.ReferenceBackend<double>();
            var at = new Bound(exact, [Q, K, V, Y, Sums, Table]);
            exact.Attend(at.Whole(Q), at.Whole(K), at.Whole(V), Segments, Shape, at.Whole(Y), at.Whole(Sums), Bias(at));
            var values = at.Read();
            return (Y with { Values = values[3] }, Sums with { Values = values[4] });
        }
    }
}
