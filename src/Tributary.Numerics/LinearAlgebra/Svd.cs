namespace Tributary.Numerics.LinearAlgebra;

/// <summary>
/// A = U · diag(S) · Vᵀ: U is rows × k, V columns × k, both with orthonormal columns, S descending. The entry of largest magnitude of each column of U
/// (the first of equals) is positive, so that the vectors do not depend on the way they were found.
/// </summary>
public sealed record Svd(HostMatrix U, double[] S, HostMatrix V)
{
    /// <summary>The leading <paramref name="rank"/> triplets, which give the nearest matrix of that rank (Eckart and Young 1936).</summary>
    public Svd Truncate(int rank) => new(U.FirstColumns(rank), S[..rank], V.FirstColumns(rank));

    internal static Svd WithFixedSigns(HostMatrix u, double[] s, HostMatrix v)
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

    private static void Negate(HostMatrix matrix, int column)
    {
        for (var r = 0; r < matrix.Rows; r++)
        {
            matrix[r, column] = -matrix[r, column];
        }
    }
}
