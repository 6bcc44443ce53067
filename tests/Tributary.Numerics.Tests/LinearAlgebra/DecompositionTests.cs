using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Numerics.Tests.LinearAlgebra;

public sealed class DecompositionTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 6, 5, 5 }, { 5, 6, 5 }, { 40, 9, 9 }, { 9, 40, 9 }, { 12, 12, 3 }, { 7, 4, 0 }, { 4, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Qr_gives_the_matrix_back_from_orthonormal_columns(int rows, int columns, int rank)
    {
        var matrix = OfRank(rows, columns, rank);
        var (q, r) = ThinQr.Of(matrix);
        Near(q.Times(r), matrix);
        Near(q.Transposed().Times(q), Identity(q.Columns));
        for (var i = 1; i < r.Rows; i++)
        {
            r.Values.AsSpan(i * r.Columns, Math.Min(i, r.Columns)).ToArray().ShouldAllBe(v => v == 0);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Svd_gives_the_matrix_back_with_falling_values(int rows, int columns, int rank)
    {
        var matrix = OfRank(rows, columns, rank);
        var (u, s, v) = JacobiSvd.Of(matrix);
        s.Length.ShouldBe(Math.Min(rows, columns));
        s.ShouldBe(s.OrderDescending());
        s.Count(x => x > 1e-12).ShouldBe(rank);
        Near(Scale(u, s).Times(v.Transposed()), matrix);
        Near(u.FirstColumns(rank).Transposed().Times(u.FirstColumns(rank)), Identity(rank));
        Near(v.FirstColumns(rank).Transposed().Times(v.FirstColumns(rank)), Identity(rank));
    }

    [Fact]
    public void Svd_of_a_rotated_diagonal_finds_the_diagonal()
    {
        var (sine, cosine) = Math.SinCos(0.7);
        var turn = new HostMatrix(2, 2, [cosine, -sine, sine, cosine]);
        JacobiSvd.Of(turn.Times(new HostMatrix(2, 2, [3, 0, 0, 1e-3])).Times(turn)).S.ShouldBe([3, 1e-3], 1e-15);
    }

    [Fact]
    public void Values_that_are_not_finite_end_with_a_reason() =>
        Should.Throw<RunException>(() => JacobiSvd.Of(new HostMatrix(2, 2, [1, double.NaN, 2, 3]))).Message.ShouldContain("not finite");

    private static HostMatrix OfRank(int rows, int columns, int rank) => Pseudorandom(rows, rank, 3).Times(Pseudorandom(rank, columns, 11));

    private static HostMatrix Pseudorandom(int rows, int columns, int seed) =>
        new(rows, columns, [.. Enumerable.Range(1, rows * columns).Select(i => Math.Sin(seed * i * (1 + (0.37 * i))))]);

    private static HostMatrix Scale(HostMatrix u, double[] s) => new(u.Rows, u.Columns, [.. u.Values.Select((x, i) => x * s[i % u.Columns])]);

    private static HostMatrix Identity(int size) => new(size, size, [.. Enumerable.Range(0, size * size).Select(i => i / Math.Max(size, 1) == i % Math.Max(size, 1) ? 1.0 : 0)]);

    private static void Near(HostMatrix actual, HostMatrix expected)
    {
        (actual.Rows, actual.Columns).ShouldBe((expected.Rows, expected.Columns));
        actual.Values.ShouldBe(expected.Values, 1e-13 * Math.Max(1, expected.Values.Select(Math.Abs).DefaultIfEmpty().Max()));
    }
}
