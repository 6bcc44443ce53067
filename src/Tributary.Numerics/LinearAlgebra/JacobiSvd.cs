namespace Tributary.Numerics.LinearAlgebra;

/// <summary>
/// A = U diag(S) Vᵀ by one-sided Jacobi rotations (Hestenes 1958): accurate to the last digits and meant for matrices of at most a few hundred columns. Singular values
/// fall; U is m × k, V is n × k, k = min(m, n). Columns of U that belong to zero singular values are zero.
/// </summary>
public sealed record JacobiSvd(HostMatrix U, double[] S, HostMatrix V)
{
    private const int MaxSweeps = 60;
    private const double Orthogonal = 1e-15;

    /// <summary>Decomposes a matrix of any shape.</summary>
    /// <exception cref="RunException">The rotations do not converge: an entry is not finite.</exception>
    public static JacobiSvd Of(HostMatrix matrix)
    {
        if (matrix.Rows < matrix.Columns)
        {
            var (u, s, v) = Of(matrix.Transposed());
            return new JacobiSvd(v, s, u);
        }

        // Columns are kept as rows, where they are contiguous.
        var columns = matrix.Transposed();
        var right = Identity(matrix.Columns);
        for (var sweep = 0; Sweep(columns, right); sweep++)
        {
            if (sweep == MaxSweeps)
            {
                throw new RunException($"the singular value decomposition of a {matrix.Rows}×{matrix.Columns} matrix does not converge; it holds values that are not finite");
            }
        }

        return Sorted(columns, right);
    }

    private static bool Sweep(HostMatrix columns, HostMatrix right)
    {
        var rotated = false;
        for (var p = 0; p < columns.Rows - 1; p++)
        {
            for (var q = p + 1; q < columns.Rows; q++)
            {
                rotated |= Rotate(Row(columns, p), Row(columns, q), Row(right, p), Row(right, q));
            }
        }

        return rotated;
    }

    private static bool Rotate(Span<double> x, Span<double> y, Span<double> rightX, Span<double> rightY)
    {
        var (xx, yy, xy) = (Dot(x, x), Dot(y, y), Dot(x, y));
        if (xy == 0 || Math.Abs(xy) <= Orthogonal * Math.Sqrt(xx * yy))
        {
            return false;
        }

        var zeta = (yy - xx) / (2 * xy);
        var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        var cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        Turn(x, y, cosine, cosine * tangent);
        Turn(rightX, rightY, cosine, cosine * tangent);
        return true;
    }

    private static void Turn(Span<double> x, Span<double> y, double cosine, double sine)
    {
        for (var i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = ((cosine * x[i]) - (sine * y[i]), (sine * x[i]) + (cosine * y[i]));
        }
    }

    private static JacobiSvd Sorted(HostMatrix columns, HostMatrix right)
    {
        var count = columns.Rows;
        var norms = new double[count];
        for (var i = 0; i < count; i++)
        {
            norms[i] = Math.Sqrt(Dot(Row(columns, i), Row(columns, i)));
        }

        var order = Enumerable.Range(0, count).OrderByDescending(i => norms[i]).ToArray(); // stable
        var (u, v) = (new HostMatrix(columns.Columns, count), new HostMatrix(right.Columns, count));
        for (var to = 0; to < count; to++)
        {
            var from = order[to];
            for (var i = 0; i < u.Rows; i++)
            {
                u[i, to] = norms[from] == 0 ? 0 : columns[from, i] / norms[from];
            }

            for (var i = 0; i < v.Rows; i++)
            {
                v[i, to] = right[from, i];
            }
        }

        return new JacobiSvd(u, [.. order.Select(i => norms[i])], v);
    }

    private static HostMatrix Identity(int size)
    {
        var identity = new HostMatrix(size, size);
        for (var i = 0; i < size; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    private static Span<double> Row(HostMatrix matrix, int row) => matrix.Values.AsSpan(row * matrix.Columns, matrix.Columns);

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }
}
