namespace Tributary.Numerics.LinearAlgebra;

/// <summary>
/// The thin decomposition A = Q · R with k = min(rows, columns): Q is rows × k with orthonormal columns, R is k × columns and upper triangular.
/// </summary>
public sealed record ThinQr(HostMatrix Q, HostMatrix R)
{
    /// <summary>
    /// Decomposes by Householder reflections (Golub and Van Loan, §5.2). The diagonal of R is not negative, which makes the result unique for full rank.
    /// </summary>
    /// <exception cref="RunException">An entry is not finite.</exception>
    public static ThinQr Of(HostMatrix matrix)
    {
        matrix.MustBeFinite();
        var rank = Math.Min(matrix.Rows, matrix.Columns);
        var work = matrix.Transposed(); // row j is column j of the matrix; after step j it holds the reflector from element j on
        var diagonal = new double[rank];
        for (var j = 0; j < rank; j++)
        {
            diagonal[j] = MakeReflector(work.Row(j)[j..]);
            for (var c = j + 1; c < matrix.Columns; c++)
            {
                Reflect(work.Row(j)[j..], work.Row(c)[j..]);
            }
        }

        var basis = new HostMatrix(rank, matrix.Rows); // Q transposed
        for (var j = rank - 1; j >= 0; j--)
        {
            basis[j, j] = 1;
            for (var c = j; c < rank; c++)
            {
                Reflect(work.Row(j)[j..], basis.Row(c)[j..]);
            }
        }

        var upper = new HostMatrix(rank, matrix.Columns);
        for (var r = 0; r < rank; r++)
        {
            var sign = diagonal[r] < 0 ? -1.0 : 1.0;
            upper[r, r] = sign * diagonal[r];
            for (var c = r + 1; c < matrix.Columns; c++)
            {
                upper[r, c] = sign * work[c, r];
            }

            foreach (ref var value in basis.Row(r))
            {
                value *= sign;
            }
        }

        return new(basis.Transposed(), upper);
    }

    /// <summary>Turns x into v with (I − 2 v vᵀ) x = (value, 0, …) and |v| = 1, or v = 0 for x = 0; returns the value.</summary>
    private static double MakeReflector(Span<double> x)
    {
        var norm = Norm(x);
        if (norm == 0)
        {
            return 0;
        }

        var value = x[0] > 0 ? -norm : norm;
        x[0] -= value; // opposite signs: nothing cancels
        var length = Norm(x);
        foreach (ref var element in x)
        {
            element /= length;
        }

        return value;
    }

    private static void Reflect(ReadOnlySpan<double> v, Span<double> x) => Lanes.AddScaled(-2 * Lanes.Dot(v, x), v, x);

    /// <summary>Euclidean norm, scaled so that squares neither overflow nor vanish.</summary>
    private static double Norm(ReadOnlySpan<double> x)
    {
        var largest = 0.0;
        foreach (var value in x)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest is 0 or (> 1e-140 and < 1e140))
        {
            return Math.Sqrt(Lanes.Dot(x, x));
        }

        var sum = 0.0;
        foreach (var value in x)
        {
            sum += value / largest * (value / largest);
        }

        return largest * Math.Sqrt(sum);
    }
}
