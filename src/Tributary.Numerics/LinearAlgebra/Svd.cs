namespace Tributary.Numerics.LinearAlgebra;

/// <summary>
/// The thin singular value decomposition A = U · diag(S) · Vᵀ with k = min(rows, columns): U is rows × k, V columns × k, both with orthonormal columns, S descending.
/// The entry of largest magnitude of each column of U (the first of equals) is positive, so that equal inputs from different paths give equal vectors.
/// </summary>
public sealed record Svd(DenseMatrix U, double[] S, DenseMatrix V)
{
    /// <summary>Decomposes by QR and one-sided Jacobi rotations (Hestenes 1958; Drmač and Veselić 2008). Singular values below rounding are 0.</summary>
    /// <exception cref="ArgumentException">An element is not finite.</exception>
    public static Svd Of(DenseMatrix matrix)
    {
        if (matrix.Rows < matrix.Columns)
        {
            var other = Of(matrix.Transposed());
            return FixSigns(other.V, other.S, other.U);
        }

        var qr = Qr.Of(matrix);
        var (left, values, right) = Jacobi.Decompose(qr.R); // R = (right) diag (left)ᵀ of its transpose
        return FixSigns(qr.Q.Times(right), values, left);
    }

    /// <summary>
    /// The leading <paramref name="rank"/> triplets by a randomised range finder (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1): for large matrices of which
    /// few directions are wanted. Exact up to rounding when rank plus oversampling reaches the rank of the matrix.
    /// </summary>
    /// <param name="matrix">The matrix A.</param>
    /// <param name="rank">How many triplets, at most min(rows, columns).</param>
    /// <param name="random">Gives the test matrix: the same generator, the same result.</param>
    /// <param name="oversampling">Additional directions that improve the accuracy.</param>
    /// <param name="powerIterations">Multiplications with A Aᵀ that separate slowly decaying singular values.</param>
    /// <exception cref="ArgumentException">An element is not finite, or the rank is out of range.</exception>
    public static Svd Leading(DenseMatrix matrix, int rank, Random.Philox random, int oversampling = 8, int powerIterations = 2)
    {
        var limit = Math.Min(matrix.Rows, matrix.Columns);
        if (rank < 0 || rank > limit || oversampling < 0 || powerIterations < 0)
        {
            throw new ArgumentException($"rank {rank} (oversampling {oversampling}, {powerIterations} power iterations) of a {matrix.Rows}×{matrix.Columns} matrix");
        }

        matrix.MustBeFinite();
        var test = new DenseMatrix(matrix.Columns, Math.Min(limit, rank + oversampling));
        random.FillNormal(0, test.Values);
        var transposed = matrix.Transposed();
        var range = Qr.Of(matrix.Times(test)).Q;
        for (var i = 0; i < powerIterations; i++)
        {
            range = Qr.Of(matrix.Times(Qr.Of(transposed.Times(range)).Q)).Q;
        }

        var small = Of(range.Transposed().Times(matrix));
        var whole = FixSigns(range.Times(small.U), small.S, small.V);
        return whole.Truncate(rank);
    }

    /// <summary>The leading <paramref name="rank"/> triplets, which give the nearest matrix of that rank (Eckart and Young 1936).</summary>
    public Svd Truncate(int rank) => new(U.FirstColumns(rank), S[..rank], V.FirstColumns(rank));

    private static Svd FixSigns(DenseMatrix u, double[] s, DenseMatrix v)
    {
        for (var c = 0; c < s.Length; c++)
        {
            var largest = 0.0;
            for (var r = 0; r < u.Rows; r++)
            {
                largest = Math.Abs(u[r, c]) > Math.Abs(largest) ? u[r, c] : largest;
            }

            if (largest < 0)
            {
                Negate(u, c);
                Negate(v, c);
            }
        }

        return new(u, s, v);
    }

    private static void Negate(DenseMatrix matrix, int column)
    {
        for (var r = 0; r < matrix.Rows; r++)
        {
            matrix[r, column] = -matrix[r, column];
        }
    }
}
