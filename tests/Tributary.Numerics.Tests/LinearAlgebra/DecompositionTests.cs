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
        var (q, r) = Qr.Of(matrix);
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
        var (u, s, v) = Svd.Of(matrix);
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
    public void Tiny_singular_values_and_extreme_scales_are_kept()
    {
        var (_, small, _) = Svd.Of(new DenseMatrix([3e-200, 0.0, 0.0, -4e-200], 2, 2));
        small.ShouldBe([4e-200, 3e-200], 1e-214);
        var (_, large, _) = Svd.Of(new DenseMatrix([3e200, 4e200], 1, 2));
        large[0].ShouldBe(5e200, 1e186);
        var (_, graded, _) = Svd.Of(new DenseMatrix([1.0, 0, 0, 1e-12], 2, 2));
        graded[1].ShouldBe(1e-12, 1e-26);
    }

    [Theory]
    [InlineData(50, 30)]
    [InlineData(30, 50)]
    public void Randomised_svd_finds_the_leading_triplets_of_a_decaying_spectrum(int rows, int columns)
    {
        var full = Svd.Of(OfRank(rows, columns, 30));
        var decaying = full.S.Select((_, i) => System.Math.Pow(0.3, i)).ToArray();
        var matrix = new DenseMatrix(Compose(full.U, decaying, full.V).Values, rows, columns);
        var (u, s, v) = Svd.Leading(matrix, 5, new Philox(1));
        var exact = Svd.Of(matrix).Truncate(5);
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
        var (u, s, v) = Svd.Leading(matrix, 8, new Philox(2), 0, 0);
        Close(Compose(u, s, v), Math(matrix), 1e-12);
        Svd.Leading(matrix, 8, new Philox(2), 0, 0).U.Values.ToArray().ShouldBe(u.Values.ToArray());
    }

    [Fact]
    public void Singles_go_in_and_come_out()
    {
        var matrix = new DenseMatrix([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);
        var values = new float[6];
        matrix.CopyTo(values);
        values.ShouldBe([1, 2, 3, 4, 5, 6]);
        matrix.FirstColumns(2).Transposed().Values.ToArray().ShouldBe([1, 4, 2, 5]);
    }

    [Fact]
    public void What_is_not_finite_or_has_the_wrong_shape_is_refused()
    {
        Should.Throw<ArgumentException>(() => Svd.Of(new DenseMatrix([1, 2, double.NaN, 4], 2, 2))).Message.ShouldContain("(1, 0) is NaN");
        Should.Throw<ArgumentException>(() => new DenseMatrix(new double[5], 2, 3)).Message.ShouldContain("5 values for a matrix of 2×3");
        Should.Throw<ArgumentException>(() => new DenseMatrix(2, 3).Times(new DenseMatrix(2, 3)));
        Should.Throw<ArgumentException>(() => Svd.Leading(new DenseMatrix(2, 3), 3, new Philox(0)));
    }

    private static DenseMatrix OfRank(int rows, int columns, int rank)
    {
        var (left, right) = (new DenseMatrix(rows, rank), new DenseMatrix(rank, columns));
        new Philox(5).FillNormal(0, left.Values);
        new Philox(5).FillNormal(1, right.Values);
        return left.Times(right);
    }

    private static DenseMatrix Compose(DenseMatrix u, double[] s, DenseMatrix v)
    {
        var diagonal = new DenseMatrix(s.Length, s.Length);
        for (var i = 0; i < s.Length; i++)
        {
            diagonal[i, i] = s[i];
        }

        return u.Times(diagonal).Times(v.Transposed());
    }

    private static Matrix<double> Identity(int size) => Matrix<double>.Build.DenseIdentity(size);

    private static Matrix<double> Math(DenseMatrix matrix) => Matrix<double>.Build.DenseOfRowMajor(matrix.Rows, matrix.Columns, matrix.Values.ToArray());

    private static void Close(DenseMatrix actual, Matrix<double> expected, double tolerance)
    {
        (actual.Rows, actual.Columns).ShouldBe((expected.RowCount, expected.ColumnCount));
        (Math(actual) - expected).FrobeniusNorm().ShouldBeLessThanOrEqualTo(tolerance * System.Math.Max(1, expected.FrobeniusNorm()));
    }
}
