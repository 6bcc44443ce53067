namespace Tributary.Numerics.LinearAlgebra;

/// <summary>
/// The whole singular value decomposition by one-sided Jacobi rotations in a fixed cyclic order (Hestenes 1958; Drmač and Veselić 2008):
/// accurate to the last digits, and meant for matrices of at most a few hundred columns or rows.
/// </summary>
public static class JacobiSvd
{
    private const double Rounding = 2.220446049250313e-16;
    private const int MaximumSweeps = 60; // five to ten are usual

    /// <summary>Decomposes a matrix of any shape: QR, then rotations of the columns of Rᵀ. Singular values below rounding are 0.</summary>
    /// <exception cref="RunException">An entry is not finite.</exception>
    public static Svd Of(HostMatrix matrix)
    {
        if (matrix.Rows < matrix.Columns)
        {
            var (v, values, u) = Of(matrix.Transposed());
            return Svd.WithFixedSigns(u, values, v);
        }

        var qr = ThinQr.Of(matrix);
        var (left, s, right) = Decompose(qr.R);
        return Svd.WithFixedSigns(qr.Q.Times(right), s, left);
    }

    /// <summary>For a square M gives Mᵀ = Left · diag(Values) · Rightᵀ with orthogonal factors and descending values.</summary>
    private static (HostMatrix Left, double[] Values, HostMatrix Right) Decompose(HostMatrix matrix)
    {
        var size = matrix.Rows;
        var scale = Largest(matrix);
        var columns = new HostMatrix(size, size, (double[])matrix.Values.Clone()); // row j is column j of Mᵀ
        var rotations = new HostMatrix(size, size); // row j is column j of Right
        for (var i = 0; i < size; i++)
        {
            rotations[i, i] = 1;
        }

        foreach (ref var value in columns.Values.AsSpan())
        {
            value /= scale; // squares neither overflow nor vanish
        }

        var noise = size * Rounding * Math.Sqrt(Lanes.Dot(columns.Values, columns.Values));
        for (var sweep = 0; sweep < MaximumSweeps && Sweep(columns, rotations, noise); sweep++)
        {
        }

        return Sorted(columns, rotations, noise, scale);
    }

    /// <summary>Rotates every pair of columns once; true when any pair was not yet orthogonal.</summary>
    private static bool Sweep(HostMatrix columns, HostMatrix rotations, double noise)
    {
        var rotated = false;
        for (var p = 0; p < columns.Rows - 1; p++)
        {
            for (var q = p + 1; q < columns.Rows; q++)
            {
                var x = columns.Row(p);
                var y = columns.Row(q);
                var (xx, yy, xy) = (Lanes.Dot(x, x), Lanes.Dot(y, y), Lanes.Dot(x, y));
                if (Math.Abs(xy) <= columns.Rows * Rounding * Math.Sqrt(xx) * Math.Sqrt(yy) || Math.Min(xx, yy) <= noise * noise)
                {
                    continue;
                }

                rotated = true;
                var zeta = (yy - xx) / (2 * xy);
                var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                var cos = 1 / Math.Sqrt(1 + (tangent * tangent));
                Lanes.Rotate(cos, cos * tangent, x, y);
                Lanes.Rotate(cos, cos * tangent, rotations.Row(p), rotations.Row(q));
            }
        }

        return rotated;
    }

    private static (HostMatrix Left, double[] Values, HostMatrix Right) Sorted(
        HostMatrix columns, HostMatrix rotations, double noise, double scale)
    {
        var size = columns.Rows;
        var norms = Enumerable.Range(0, size).Select(j => Math.Sqrt(Lanes.Dot(columns.Row(j), columns.Row(j)))).ToArray();
        var order = Enumerable.Range(0, size).OrderByDescending(j => norms[j]).ToArray(); // stable
        var (left, right, values) = (new HostMatrix(size, size), new HostMatrix(size, size), new double[size]);
        for (var j = 0; j < size; j++)
        {
            var from = order[j];
            rotations.Row(from).CopyTo(right.Row(j));
            if (norms[from] <= noise)
            {
                Complete(left, j);
                continue;
            }

            values[j] = norms[from] * scale;
            Lanes.AddScaled(1 / norms[from], columns.Row(from), left.Row(j));
        }

        return (left.Transposed(), values, right.Transposed());
    }

    /// <summary>Row <paramref name="count"/> becomes a unit vector orthogonal to those before it: the axis farthest from them, made orthogonal twice.</summary>
    private static void Complete(HostMatrix rows, int count)
    {
        var (axis, smallest) = (0, double.PositiveInfinity);
        for (var c = 0; c < rows.Columns; c++)
        {
            var inside = 0.0;
            for (var r = 0; r < count; r++)
            {
                inside += rows[r, c] * rows[r, c];
            }

            (axis, smallest) = inside < smallest ? (c, inside) : (axis, smallest);
        }

        var vector = rows.Row(count);
        vector[axis] = 1;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var r = 0; r < count; r++)
            {
                Lanes.AddScaled(-Lanes.Dot(rows.Row(r), vector), rows.Row(r), vector);
            }

            var norm = Math.Sqrt(Lanes.Dot(vector, vector));
            foreach (ref var value in vector)
            {
                value /= norm;
            }
        }
    }

    private static double Largest(HostMatrix matrix)
    {
        var largest = 0.0;
        foreach (var value in matrix.Values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest > 0 ? largest : 1;
    }
}
