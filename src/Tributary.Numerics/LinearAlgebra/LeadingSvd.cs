using Tributary.Numerics.Random;

namespace Tributary.Numerics.LinearAlgebra;

/// <summary>Leading singular triplets of matrices of any size: exact where that is quick, by a randomised range finder, which finds the leading directions alone, where it is not.</summary>
public static class LeadingSvd
{
    private const int LargestWhole = 256;
    private const int Oversampling = 16;
    private const int PowerIterations = 6;

    /// <summary>The leading <paramref name="rank"/> triplets, to the bit the same for everybody who gives the same name.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="rank">How many, at most min(rows, columns).</param>
    /// <param name="name">Addresses the random numbers.</param>
    /// <exception cref="RunException">An entry is not finite.</exception>
    public static Svd Of(HostMatrix matrix, int rank, string name) => Math.Min(matrix.Rows, matrix.Columns) <= LargestWhole
        ? JacobiSvd.Of(matrix).Truncate(rank)
        : RandomizedSvd.Of(matrix, rank, new Philox(PhiloxStream.Hash(name)), Oversampling, PowerIterations);
}
