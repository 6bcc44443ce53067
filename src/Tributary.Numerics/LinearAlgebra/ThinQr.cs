namespace Tributary.Numerics.LinearAlgebra;

/// <summary>A = Q R by Householder reflections: Q is m × k with orthonormal columns, R is k × n upper trapezoidal, k = min(m, n) (Golub and Van Loan, §5.2).</summary>
public sealed record ThinQr(HostMatrix Q, HostMatrix R)
{
    /// <summary>Factors a matrix of any shape.</summary>
    public static ThinQr Of(HostMatrix matrix)
    {
        var (m, n) = (matrix.Rows, matrix.Columns);
        var k = Math.Min(m, n);
        var r = new HostMatrix(m, n, (double[])matrix.Values.Clone());
        var reflectors = new double[k][];
        for (var j = 0; j < k; j++)
        {
            reflectors[j] = Reflector(r, j);
            Apply(reflectors[j], r, j);
        }

        var q = new HostMatrix(m, k);
        for (var j = 0; j < k; j++)
        {
            q[j, j] = 1;
        }

        for (var j = k - 1; j >= 0; j--)
        {
            Apply(reflectors[j], q, j);
        }

        var upper = new HostMatrix(k, n);
        for (var i = 0; i < k; i++)
        {
            for (var j = i; j < n; j++)
            {
                upper[i, j] = r[i, j];
            }
        }

        return new ThinQr(q, upper);
    }

    // The unit vector v, from row j on, with (I − 2 v vᵀ) x = ∓|x| e₁; empty when there is nothing to reflect.
    private static double[] Reflector(HostMatrix r, int column)
    {
        var v = new double[r.Rows - column];
        var scale = 0.0;
        for (var i = 0; i < v.Length; i++)
        {
            v[i] = r[column + i, column];
            scale = Math.Max(scale, Math.Abs(v[i]));
        }

        if (scale == 0)
        {
            return [];
        }

        var norm = Normalise(v, scale);
        v[0] += v[0] < 0 ? -norm : norm;
        Normalise(v, 1, unit: true);
        return v;
    }

    private static double Normalise(double[] v, double scale, bool unit = false)
    {
        var sum = 0.0;
        for (var i = 0; i < v.Length; i++)
        {
            v[i] /= scale;
            sum += v[i] * v[i];
        }

        var norm = Math.Sqrt(sum);
        for (var i = 0; unit && i < v.Length; i++)
        {
            v[i] /= norm;
        }

        return norm;
    }

    private static void Apply(double[] v, HostMatrix target, int firstRow)
    {
        for (var j = 0; v.Length > 0 && j < target.Columns; j++)
        {
            var dot = 0.0;
            for (var i = 0; i < v.Length; i++)
            {
                dot += v[i] * target[firstRow + i, j];
            }

            for (var i = 0; i < v.Length; i++)
            {
                target[firstRow + i, j] -= 2 * dot * v[i];
            }
        }
    }
}
