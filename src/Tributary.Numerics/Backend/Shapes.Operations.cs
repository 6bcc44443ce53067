namespace Tributary.Numerics;

/// <content>Products, rows, normalisations, activations.</content>
internal static partial class Shapes
{
    public static void Gemm(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c)
    {
        Valid(a);
        Valid(b);
        var (rows, inner) = transposeA ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
        var columns = transposeB ? b.Rows : b.Columns;
        Is(b, transposeB ? columns : inner, transposeB ? inner : columns);
        Is(c, rows, columns);
    }

    public static void Multiply(Matrix x, FrozenMatrix weight, Matrix bias, Matrix y)
    {
        Valid(x);
        Is(x, x.Rows, weight.Inputs);
        Is(y, x.Rows, weight.Outputs);
        IsOrEmpty(bias, 1, weight.Outputs);
    }

    public static void MultiplyTransposed(Matrix dy, FrozenMatrix weight, Matrix dx)
    {
        Valid(dy);
        Is(dy, dy.Rows, weight.Outputs);
        Is(dx, dy.Rows, weight.Inputs);
    }

    public static void AddScaled(Matrix x, Matrix y)
    {
        Valid(x);
        Same(y, x);
    }

    public static void AddRow(Matrix row, Matrix y)
    {
        Valid(y);
        Is(row, 1, y.Columns);
    }

    public static void SumRows(Matrix x, Matrix sum)
    {
        Valid(x);
        Is(sum, 1, x.Columns);
    }

    public static void MultiplyElements(Matrix x, Matrix z, Matrix y)
    {
        Valid(x);
        Same(z, x);
        Same(y, x);
    }

    public static void MultiplyRow(Matrix x, Matrix row, Matrix y)
    {
        Valid(x);
        Is(row, 1, x.Columns);
        Same(y, x);
    }

    public static void ReciprocalRowNorms(Matrix x, Matrix y)
    {
        Valid(x);
        Is(y, 1, x.Rows);
    }

    public static void SumRowProducts(Matrix x, Matrix z, Matrix sum)
    {
        Valid(x);
        Same(z, x);
        Is(sum, 1, x.Columns);
    }

    public static void Gather(Matrix table, ReadOnlySpan<int> ids, Matrix y)
    {
        Valid(table);
        Is(y, ids.Length, table.Columns);
        Below(ids, table.Rows, nameof(ids));
    }

    public static void Gather(FrozenMatrix table, ReadOnlySpan<int> ids, Matrix y)
    {
        Is(y, ids.Length, table.Inputs);
        Below(ids, table.Outputs, nameof(ids));
    }

    public static void ScatterAdd(Matrix x, ReadOnlySpan<int> ids, Matrix table, int skip)
    {
        Valid(table);
        Is(x, ids.Length, table.Columns);
        Below(ids, table.Rows, nameof(ids), skip, maySkip: true);
    }

    public static void Dropout(Matrix x, float p, ReadOnlySpan<long> rowKeys, Matrix y)
    {
        Valid(x);
        Same(y, x);
        PerRow(rowKeys.Length, x.Rows, nameof(rowKeys));
        if (!(p >= 0 && p < 1))
        {
            throw new ArgumentException($"p is {p}, outside [0, 1)", nameof(p));
        }
    }

    public static void Norm(Matrix x, Matrix gain, Matrix bias, Matrix y, Matrix stats)
    {
        Valid(x);
        Is(gain, 1, x.Columns);
        IsOrEmpty(bias, 1, x.Columns);
        Same(y, x);
        Is(stats, x.Rows, 2);
    }

    public static void NormInputGradient(Matrix x, Matrix gain, Matrix stats, Matrix dy, Matrix dx)
    {
        Valid(x);
        Is(gain, 1, x.Columns);
        Is(stats, x.Rows, 2);
        Same(dy, x);
        Same(dx, x);
    }

    public static void NormGainGradient(Matrix x, Matrix stats, Matrix dy, Matrix dgain)
    {
        Valid(x);
        Is(stats, x.Rows, 2);
        Same(dy, x);
        Is(dgain, 1, x.Columns);
    }

    public static void NormTangent(Matrix x, Matrix gain, Matrix stats, Matrix tx, Matrix tgain, Matrix tbias, Matrix ty)
    {
        Valid(x);
        Is(gain, 1, x.Columns);
        Is(stats, x.Rows, 2);
        IsOrEmpty(tx, x.Rows, x.Columns);
        IsOrEmpty(tgain, 1, x.Columns);
        IsOrEmpty(tbias, 1, x.Columns);
        Same(ty, x);
    }

    public static void Activate(Matrix x, Matrix y)
    {
        Valid(x);
        Same(y, x);
    }

    public static void ActivateSlope(Matrix x, Matrix d, Matrix z)
    {
        Valid(x);
        Same(d, x);
        Same(z, x);
    }

    public static void TopSoftmax(Matrix x, int top, Matrix y)
    {
        Valid(x);
        Same(y, x);
        if (top < 1 || top > x.Columns)
        {
            throw new ArgumentException($"the {top} largest of {x.Columns}");
        }
    }

    public static void SoftmaxSlope(Matrix y, Matrix d, Matrix z)
    {
        Valid(y);
        Same(d, y);
        Same(z, y);
    }

    public static void Gate(Matrix gate, Matrix up, Matrix y)
    {
        Valid(gate);
        Same(up, gate);
        Same(y, gate);
    }

    public static void GateGradient(Matrix gate, Matrix up, Matrix dy, Matrix dgate, Matrix dup)
    {
        Gate(gate, up, dy);
        Same(dgate, gate);
        Same(dup, gate);
    }

    public static void GateTangent(Matrix gate, Matrix up, Matrix tgate, Matrix tup, Matrix ty)
    {
        Gate(gate, up, ty);
        Same(tgate, gate);
        Same(tup, gate);
    }
}
