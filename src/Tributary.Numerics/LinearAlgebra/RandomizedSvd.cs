using Tributary.Numerics.Random;

namespace Tributary.Numerics.LinearAlgebra;

/// <summary>
/// Leading singular triplets by a randomised range finder (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1): for large matrices of which few
/// directions are wanted. Exact up to rounding when the rank wanted plus the oversampling reaches the rank of the matrix.
/// </summary>
public static class RandomizedSvd
{
    /// <summary>The leading <paramref name="rank"/> triplets.</summary>
    /// <param name="matrix">The matrix A.</param>
    /// <param name="rank">How many triplets, at most min(rows, columns).</param>
    /// <param name="random">Gives the test matrix: the same generator, the same result.</param>
    /// <param name="oversampling">Additional directions that improve the accuracy.</param>
    /// <param name="powerIterations">Multiplications with A Aᵀ that separate slowly decaying singular values.</param>
    /// <exception cref="RunException">An entry is not finite.</exception>
    public static Svd Of(HostMatrix matrix, int rank, Philox random, int oversampling = 8, int powerIterations = 2)
    {
        var limit = Math.Min(matrix.Rows, matrix.Columns);
        if (rank < 0 || rank > limit || oversampling < 0 || powerIterations < 0)
        {
            throw new ArgumentException($"rank {rank}, oversampling {oversampling}, {powerIterations} power iterations of a {matrix.Rows}×{matrix.Columns} matrix");
        }

        matrix.MustBeFinite();
        var test = new HostMatrix(matrix.Columns, (int)Math.Min(limit, (long)rank + oversampling));
        random.FillNormal(0, test.Values);
        var transposed = matrix.Transposed();
        var range = ThinQr.Of(matrix.Times(test)).Q;
        for (var i = 0; i < powerIterations; i++)
        {
            range = ThinQr.Of(matrix.Times(ThinQr.Of(transposed.Times(range)).Q)).Q;
        }

        var small = JacobiSvd.Of(range.Transposed().Times(matrix));
        return Svd.WithFixedSigns(range.Times(small.U), small.S, small.V).Truncate(rank);
    }
}
