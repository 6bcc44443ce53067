using MathNet.Numerics.LinearAlgebra;
using Tributary.Numerics.LinearAlgebra;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.LinearAlgebra;

public sealed class DecompositionTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 7, 7, 7 }, { 30, 6, 6 }, { 5, 23, 5 }, { 40, 33, 33 }, { 20, 12, 4 }, { 12, 20, 1 }, { 9, 9, 0 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Qr_reproduces_the_matrix_with_orthonormal_columns(int rows, int columns, int rank)
    {
        var matrix = OfRank(rows, columns, rank);
        var (q, r) = ThinQr.Of(matrix);
        Close(q.Times(r), Math(matrix), 1e-13);
        Close(q.Transposed().Times(q), Identity(q.Columns), 1e-13);
        for (var i = 0; i < r.Rows; i++)
        {
            r[i, i].ShouldBeGreaterThanOrEqualTo(0);
            r.Row(i)[..i].ToArray().ShouldAllBe(value => value == 0);
        }

        if (rank == columns)
        {
            var expected = Math(matrix).QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).R;
            Close(r, Matrix<double>.Build.Dense(columns, columns, (i, c) => expected[i, c] * System.Math.Sign(expected[i, i])), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Svd_reproduces_the_matrix_with_the_singular_values_of_mathnet(int rows, int columns, int rank)
    {
        var matrix = OfRank(rows, columns, rank);
        var (u, s, v) = JacobiSvd.Of(matrix);
        var expected = Math(matrix).Svd();
        Close(Compose(u, s, v), Math(matrix), 1e-13);
        Close(u.Transposed().Times(u), Identity(s.Length), 1e-13);
        Close(v.Transposed().Times(v), Identity(s.Length), 1e-13);
        for (var i = 0; i < s.Length; i++)
        {
            s[i].ShouldBe(expected.S[i], 1e-13 * System.Math.Max(1, expected.S[0]));
            (i == 0 || s[i] <= s[i - 1]).ShouldBeTrue();
            (s[i] > 0).ShouldBe(i < rank);
            var column = Enumerable.Range(0, u.Rows).Select(r => u[r, i]).ToArray();
            column.MaxBy(System.Math.Abs).ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void Svd_of_a_rotated_diagonal_finds_the_diagonal()
    {
        var (sine, cosine) = System.Math.SinCos(0.7);
        var turn = new HostMatrix(2, 2, [cosine, -sine, sine, cosine]);
        JacobiSvd.Of(turn.Times(new HostMatrix(2, 2, [3, 0, 0, 1e-3])).Times(turn)).S.ShouldBe([3, 1e-3], 1e-15);
    }

    [Fact]
    public void Tiny_singular_values_and_extreme_scales_are_kept()
    {
        var (_, small, _) = JacobiSvd.Of(new HostMatrix(2, 2, [3e-200, 0, 0, -4e-200]));
        small.ShouldBe([4e-200, 3e-200], 1e-214);
        var (_, large, _) = JacobiSvd.Of(new HostMatrix(1, 2, [3e200, 4e200]));
        large[0].ShouldBe(5e200, 1e186);
        var (_, graded, _) = JacobiSvd.Of(new HostMatrix(2, 2, [1, 0, 0, 1e-12]));
        graded[1].ShouldBe(1e-12, 1e-26);
    }

    [Theory]
    [InlineData(50, 30)]
    [InlineData(30, 50)]
    public void Randomised_svd_finds_the_leading_triplets_of_a_decaying_spectrum(int rows, int columns)
    {
        var full = JacobiSvd.Of(OfRank(rows, columns, 30));
        var decaying = full.S.Select((_, i) => System.Math.Pow(0.3, i)).ToArray();
        var matrix = Compose(full.U, decaying, full.V);
        var (u, s, v) = RandomizedSvd.Of(matrix, 5, new Philox(1));
        var exact = JacobiSvd.Of(matrix).Truncate(5);
        (u.Columns, v.Columns).ShouldBe((5, 5));
        for (var i = 0; i < 5; i++)
        {
            s[i].ShouldBe(decaying[i], 1e-12);
        }

        Close(u, Math(exact.U), 1e-9);
        Close(v, Math(exact.V), 1e-9);
    }

    [Fact]
    public void Randomised_svd_is_exact_for_a_low_rank_and_repeats_its_bits()
    {
        var matrix = OfRank(60, 40, 6);
        var (u, s, v) = RandomizedSvd.Of(matrix, 8, new Philox(2), 0, 0);
        Close(Compose(u, s, v), Math(matrix), 1e-12);
        RandomizedSvd.Of(matrix, 8, new Philox(2), 0, 0).U.Values.ShouldBe(u.Values);
    }

    [Fact]
    public void Singles_go_in_and_come_out()
    {
        var matrix = HostMatrix.Of(2, 3, [1, 2, 3, 4, 5, 6]);
        matrix.ToSingles().ShouldBe([1, 2, 3, 4, 5, 6]);
        matrix.FirstColumns(2).Transposed().Values.ShouldBe([1, 4, 2, 5]);
    }

    [Fact]
    public void What_is_not_finite_or_has_the_wrong_shape_is_refused()
    {
        Should.Throw<RunException>(() => JacobiSvd.Of(new HostMatrix(2, 2, [1, 2, double.NaN, 4]))).Message.ShouldContain("(1, 0) is NaN");
        Should.Throw<ArgumentException>(() => new HostMatrix(2, 3, new double[5])).Message.ShouldContain("2×3 does not hold 5 values");
        Should.Throw<ArgumentException>(() => new HostMatrix(2, 3).Times(new HostMatrix(2, 3)));
        Should.Throw<ArgumentException>(() => RandomizedSvd.Of(new HostMatrix(2, 3), 3, new Philox(0)));
    }

    private static HostMatrix OfRank(int rows, int columns, int rank)
    {
        var (left, right) = (new HostMatrix(rows, rank), new HostMatrix(rank, columns));
        new Philox(5).FillNormal(0, left.Values);
        new Philox(5).FillNormal(1, right.Values);
        return left.Times(right);
    }

    private static HostMatrix Compose(HostMatrix u, double[] s, HostMatrix v)
    {
        var diagonal = new HostMatrix(s.Length, s.Length);
        for (var i = 0; i < s.Length; i++)
        {
            diagonal[i, i] = s[i];
        }

        return u.Times(diagonal).Times(v.Transposed());
    }

    private static Matrix<double> Identity(int size) => Matrix<double>.Build.DenseIdentity(size);

    private static Matrix<double> Math(HostMatrix matrix) => Matrix<double>.Build.DenseOfRowMajor(matrix.Rows, matrix.Columns, matrix.Values);

    private static void Close(HostMatrix actual, Matrix<double> expected, double tolerance)
    {
        (actual.Rows, actual.Columns).ShouldBe((expected.RowCount, expected.ColumnCount));
        (Math(actual) - expected).FrobeniusNorm().ShouldBeLessThanOrEqualTo(tolerance * System.Math.Max(1, expected.FrobeniusNorm()));
    }
}
