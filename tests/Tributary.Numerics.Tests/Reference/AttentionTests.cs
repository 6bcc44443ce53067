using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Reference;

public sealed class AttentionTests
{
    private const int Width = 4;

    private readonly Host _host = new();

    /// <summary>Heads, key/value heads, causal, window; segments as query start and count, key start and count.</summary>
    public static TheoryData<int, int, bool, int, int[]> Shapes => new()
    {
        { 2, 2, true, 0, [0, 5, 0, 5] },
        { 4, 2, true, 0, [0, 3, 0, 3, 3, 4, 3, 4] },
        { 4, 1, false, 0, [0, 3, 0, 3, 3, 4, 3, 4] },
        { 2, 1, true, 2, [0, 6, 0, 6] },
        { 2, 1, true, 0, [0, 2, 0, 5, 2, 1, 5, 4] },
        { 2, 2, true, 3, [0, 2, 0, 5] },
        { 2, 1, false, 0, [0, 4, 0, 2] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Output_is_the_softmax_average_of_the_visible_values(int heads, int kvHeads, bool causal, int window, int[] rows)
    {
        var (shape, segments, inputs) = Case(heads, kvHeads, causal, window, rows);
        var queryWidth = heads * Width;
        var keyWidth = kvHeads * Width;
        var expected = new double[inputs[0].Length];
        foreach (var segment in segments)
        {
            for (var query = 0; query < segment.QueryCount; query++)
            {
                var position = segment.KeyCount - segment.QueryCount + query;
                for (var head = 0; head < heads; head++)
                {
                    var keyHead = head * kvHeads / heads;
                    double Q(int i) => inputs[0][((segment.QueryStart + query) * queryWidth) + (head * Width) + i];
                    double K(int key, int i) => inputs[1][((segment.KeyStart + key) * keyWidth) + (keyHead * Width) + i];
                    double V(int key, int i) => inputs[2][((segment.KeyStart + key) * keyWidth) + (keyHead * Width) + i];
                    var visible = Enumerable.Range(0, segment.KeyCount)
                        .Where(key => !causal || key <= position).Where(key => window == 0 || key > position - window).ToArray();
                    var powers = visible.Select(key => Math.Exp(0.5 * Enumerable.Range(0, Width).Sum(i => Q(i) * K(key, i)))).ToArray();
                    for (var i = 0; i < Width; i++)
                    {
                        expected[((segment.QueryStart + query) * queryWidth) + (head * Width) + i] =
                            visible.Select((key, index) => powers[index] * V(key, i)).Sum() / powers.Sum();
                    }
                }
            }
        }

        Differences.Close(Forward(inputs, segments, shape).Output, expected, "output", 1e-13);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_agree_with_differences(int heads, int kvHeads, bool causal, int window, int[] rows)
    {
        var (shape, segments, inputs) = Case(heads, kvHeads, causal, window, rows);
        var weights = Host.Normals(9, inputs[0].Length);
        var (q, k, v, y, sums) = Matrices(inputs, segments, shape);
        var (dq, dk, dv) = (_host.Zeros(q.Rows, q.Columns), _host.Zeros(k.Rows, k.Columns), _host.Zeros(v.Rows, v.Columns));
        _host.Backend.AttendGradient(q, k, v, y, sums, _host.Up(weights, q.Rows), segments, shape, dq, dk, dv);
        Differences.CheckGradients(x => Forward(x, segments, shape).Output, inputs, weights, [_host.Down(dq), _host.Down(dk), _host.Down(dv)]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Tangent_agrees_with_differences(int heads, int kvHeads, bool causal, int window, int[] rows)
    {
        var (shape, segments, inputs) = Case(heads, kvHeads, causal, window, rows);
        double[][] directions = [Host.Normals(11, inputs[0].Length), Host.Normals(12, inputs[1].Length), Host.Normals(13, inputs[2].Length)];
        var (q, k, v, y, sums) = Matrices(inputs, segments, shape);
        var tangent = _host.Up(Host.Normals(14, inputs[0].Length), q.Rows);
        _host.Backend.AttendTangent(
            q, k, v, y, sums, _host.Up(directions[0], q.Rows), _host.Up(directions[1], k.Rows), _host.Up(directions[2], v.Rows), segments, shape, tangent);
        Differences.CheckTangent(x => Forward(x, segments, shape).Output, inputs, directions, _host.Down(tangent));
    }

    [Fact]
    public void A_bias_is_added_to_the_scores_by_head_and_distance()
    {
        // No products, one key within reach on either side: the weights are the biases' exponentials.
        var shape = new AttentionShape(2, 1, 1, 1, Causal: false);
        var bias = new ScoreBias(_host.Up([0, 0, Math.Log(2), Math.Log(3), Math.Log(5), Math.Log(7)], 3), new[] { 1, 0, 2 });
        var (y, sums) = (_host.Zeros(3, 2), _host.Zeros(3, 2));
        _host.Backend.Attend(_host.Zeros(3, 2), _host.Zeros(3, 1), _host.Up([1, 10, 100], 3), [new(0, 3, 0, 3)], shape, y, sums, bias);
        Differences.Close(
            _host.Down(y),
            [(1 + 50 + 500) / 11.0, (1 + 70 + 700) / 15.0, (2 + 10 + 500) / 8.0, (3 + 10 + 700) / 11.0, (2 + 20 + 100) / 5.0, (3 + 30 + 100) / 7.0], "output", 1e-14);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_and_tangent_with_a_bias_agree_with_differences(int heads, int kvHeads, bool causal, int window, int[] rows)
    {
        var (shape, segments, inputs) = Case(heads, kvHeads, causal, window, rows);
        inputs = [.. inputs, Host.Normals(4, 3 * heads)];
        var queries = inputs[0].Length / (heads * Width);
        var keys = inputs[1].Length / (kvHeads * Width);
        int[] buckets = [2, 1, 0, 1, 2];
        var weights = Host.Normals(9, inputs[0].Length);
        var (q, k, v, y, sums, bias) = Forward(inputs);
        var (dq, dk, dv, dbias) = (_host.Zeros(queries, q.Columns), _host.Zeros(keys, k.Columns), _host.Zeros(keys, k.Columns), _host.Zeros(segments.Length, 3 * heads));
        _host.Backend.AttendGradient(q, k, v, y, sums, _host.Up(weights, queries), segments, shape, dq, dk, dv, bias, dbias);
        var dtable = _host.Zeros(1, 3 * heads);
        _host.Backend.SumRows(dbias, dtable);
        Differences.CheckGradients(x => _host.Down(Forward(x).Y), inputs, weights, [_host.Down(dq), _host.Down(dk), _host.Down(dv), _host.Down(dtable)]);

        double[][] directions = [.. inputs.Select((x, i) => Host.Normals((ulong)(11 + i), x.Length))];
        var tangent = _host.Up(Host.Normals(15, inputs[0].Length), queries);
        _host.Backend.AttendTangent(
            q, k, v, y, sums, _host.Up(directions[0], queries), _host.Up(directions[1], keys), _host.Up(directions[2], keys), segments, shape, tangent, bias, _host.Up(directions[3], 3));
        Differences.CheckTangent(x => _host.Down(Forward(x).Y), inputs, directions, _host.Down(tangent));

        (Matrix Q, Matrix K, Matrix V, Matrix Y, Matrix Sums, ScoreBias Bias) Forward(double[][] x)
        {
            var result = (Q: _host.Up(x[0], queries), K: _host.Up(x[1], keys), V: _host.Up(x[2], keys), Y: _host.Zeros(queries, heads * Width), Sums: _host.Zeros(queries, heads),
                Bias: new ScoreBias(_host.Up(x[3], 3), buckets));
            _host.Backend.Attend(result.Q, result.K, result.V, segments, shape, result.Y, result.Sums, result.Bias);
            return result;
        }
    }

    [Fact]
    public void Cached_segment_gives_the_last_rows_of_the_whole_sequence()
    {
        var (shape, _, inputs) = Case(4, 2, true, 3, [0, 6, 0, 6]);
        var whole = Forward(inputs, [new(0, 6, 0, 6)], shape).Output;
        var tail = inputs[0][(4 * 4 * Width)..];
        Forward([tail, inputs[1], inputs[2]], [new(0, 2, 0, 6)], shape).Output.ShouldBe(whole[(4 * 4 * Width)..]);
    }

    [Fact]
    public void Rows_outside_every_segment_are_left_alone()
    {
        var (shape, _, inputs) = Case(2, 2, true, 0, [0, 4, 0, 4]);
        var (q, k, v) = (_host.Up(inputs[0], 4), _host.Up(inputs[1], 4), _host.Up(inputs[2], 4));
        var (y, sums) = (_host.Zeros(4, 2 * Width), _host.Zeros(4, 2));
        _host.Backend.Fill(y, 3);
        _host.Backend.Attend(q, k, v, [new(0, 2, 0, 2)], shape, y, sums);
        _host.Down(y.RowRange(2, 2)).ShouldAllBe(value => value == 3);
        _host.Down(y.RowRange(0, 2)).ShouldAllBe(value => value != 3);
    }

    [Fact]
    public void Large_scores_do_not_overflow()
    {
        var shape = new AttentionShape(1, 1, 1, 1, Causal: true);
        var (y, sums) = (_host.Zeros(2, 1), _host.Zeros(2, 1));
        _host.Backend.Attend(_host.Up([100, 100], 2), _host.Up([10, 20], 2), _host.Up([1, 5], 2), [new(0, 2, 0, 2)], shape, y, sums);
        _host.Down(y).ShouldBe([1, 5]);
        _host.Down(sums).ShouldBe([1000, 2000]);
    }

    [Fact]
    public void Segment_beyond_the_keys_is_refused() =>
        Should.Throw<ArgumentException>(() => Forward([new double[8], new double[8], new double[8]], [new(0, 2, 1, 2)], new(1, 1, 4, 1, true)))
            .Message.ShouldContain("does not fit 2 query rows and 2 key rows");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rotation_turns_each_pair_by_its_angle_and_the_inverse_turns_back(bool strided)
    {
        var values = Host.Normals(1, 3 * 8);
        var angles = Host.Normals(2, 5 * 2);
        var whole = _host.Zeros(3, strided ? 12 : 8);
        var x = whole.ColumnRange(strided ? 4 : 0, 8);
        _host.Backend.Upload(values, x);
        var (cos, sin) = (_host.Up(angles.Select(Math.Cos).ToArray(), 5), _host.Up(angles.Select(Math.Sin).ToArray(), 5));
        int[] positions = [4, 0, 2];
        _host.Backend.Rotate(x, positions, cos, sin, Width, inverse: false);
        var rotated = _host.Down(x);
        for (var r = 0; r < 3; r++)
        {
            for (var head = 0; head < 2; head++)
            {
                for (var i = 0; i < 2; i++)
                {
                    var at = (r * 8) + (head * Width) + i;
                    var expected = new System.Numerics.Complex(values[at], values[at + 2])
                        * System.Numerics.Complex.FromPolarCoordinates(1, angles[(positions[r] * 2) + i]);
                    rotated[at].ShouldBe(expected.Real, 1e-14);
                    rotated[at + 2].ShouldBe(expected.Imaginary, 1e-14);
                }
            }
        }

        _host.Backend.Rotate(x, positions, cos, sin, Width, inverse: true);
        Differences.Close(_host.Down(x), values, "rotated back", 1e-14);
    }

    [Fact]
    public void Columns_of_a_head_beyond_those_rotated_stay()
    {
        double[] values = [1, 2, 3, 4, 5, 6, 7, 8];
        var x = _host.Up(values, 1);
        _host.Backend.Rotate(x, [0], _host.Up([0], 1), _host.Up([1], 1), 4, inverse: false);
        _host.Down(x).ShouldBe([-2, 1, 3, 4, -6, 5, 7, 8]);
    }

    private static (AttentionShape Shape, Segment[] Segments, double[][] Inputs) Case(int heads, int kvHeads, bool causal, int window, int[] rows)
    {
        var segments = rows.Chunk(4).Select(r => new Segment(r[0], r[1], r[2], r[3])).ToArray();
        var queries = segments.Max(s => s.QueryStart + s.QueryCount);
        var keys = segments.Max(s => s.KeyStart + s.KeyCount);
        double[][] inputs =
            [Host.Normals(1, queries * heads * Width), Host.Normals(2, keys * kvHeads * Width), Host.Normals(3, keys * kvHeads * Width)];
        return (new AttentionShape(heads, kvHeads, Width, 0.5f, causal, window), segments, inputs);
    }

    private (Matrix Q, Matrix K, Matrix V, Matrix Y, Matrix Sums) Matrices(double[][] inputs, Segment[] segments, AttentionShape shape)
    {
        var queries = inputs[0].Length / (shape.Heads * shape.HeadWidth);
        var keys = inputs[1].Length / (shape.KeyValueHeads * shape.HeadWidth);
        var (q, k, v) = (_host.Up(inputs[0], queries), _host.Up(inputs[1], keys), _host.Up(inputs[2], keys));
        var (y, sums) = (_host.Zeros(queries, q.Columns), _host.Zeros(queries, shape.Heads));
        _host.Backend.Attend(q, k, v, segments, shape, y, sums);
        return (q, k, v, y, sums);
    }

    private (double[] Output, double[] Sums) Forward(double[][] inputs, Segment[] segments, AttentionShape shape)
    {
        var (_, _, _, y, sums) = Matrices(inputs, segments, shape);
        return (_host.Down(y), _host.Down(sums));
    }
}
