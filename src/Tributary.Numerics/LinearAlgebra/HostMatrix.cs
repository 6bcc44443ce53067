namespace Tributary.Numerics.LinearAlgebra;

/// <summary>A small dense matrix in host memory, row-major and in double precision: what the server joins and factors updates with.</summary>
public sealed class HostMatrix
{
    /// <summary>Takes over the values, row after row.</summary>
    public HostMatrix(int rows, int columns, double[] values)
    {
        if (rows < 0 || columns < 0 || (long)rows * columns != values.Length)
        {
            throw new ArgumentException($"{rows}×{columns} does not hold {values.Length} values");
        }

        (Rows, Columns, Values) = (rows, columns, values);
    }

    /// <summary>Zeros.</summary>
    public HostMatrix(int rows, int columns)
        : this(rows, columns, new double[checked(rows * columns)])
    {
    }

    /// <summary>Ones on the diagonal.</summary>
    public static HostMatrix Identity(int size)
    {
        var identity = new HostMatrix(size, size);
        for (var i = 0; i < size; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>All values, row after row.</summary>
    public double[] Values { get; }

    /// <summary>One entry.</summary>
    public ref double this[int row, int column] => ref Values[(row * Columns) + column];

    /// <summary>The values of one row.</summary>
    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>From single-precision values, row after row.</summary>
    public static HostMatrix Of(int rows, int columns, ReadOnlySpan<float> values)
    {
        var copy = new double[values.Length];
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = values[i];
        }

        return new HostMatrix(rows, columns, copy);
    }

    /// <summary>All values rounded to single precision, row after row.</summary>
    public float[] ToSingles() => Array.ConvertAll(Values, v => (float)v);

    /// <summary>The product with another matrix; sums run in index order.</summary>
    public HostMatrix Times(HostMatrix other)
    {
        if (Columns != other.Rows)
        {
            throw new ArgumentException($"cannot multiply {Rows}×{Columns} by {other.Rows}×{other.Columns}");
        }

        var product = new HostMatrix(Rows, other.Columns);
        for (var i = 0; i < Rows; i++)
        {
            for (var k = 0; k < Columns; k++)
            {
                Lanes.AddScaled(this[i, k], other.Row(k), product.Row(i));
            }
        }

        return product;
    }

    /// <summary>Rows and columns exchanged.</summary>
    public HostMatrix Transposed()
    {
        var result = new HostMatrix(Columns, Rows);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
            {
                result[j, i] = this[i, j];
            }
        }

        return result;
    }

    /// <summary>Every entry times a number.</summary>
    public HostMatrix Scaled(double factor) => new(Rows, Columns, Array.ConvertAll(Values, v => factor * v));

    /// <summary>This matrix and another of its shape, summed.</summary>
    public HostMatrix Plus(HostMatrix other) => AddScaled(1, other);

    /// <summary>This matrix without another of its shape.</summary>
    public HostMatrix Minus(HostMatrix other) => AddScaled(-1, other);

    /// <summary>The first columns.</summary>
    public HostMatrix FirstColumns(int count)
    {
        var result = new HostMatrix(Rows, count);
        for (var i = 0; i < Rows; i++)
        {
            Row(i)[..count].CopyTo(result.Row(i));
        }

        return result;
    }

    private HostMatrix AddScaled(double factor, HostMatrix other)
    {
        if (Rows != other.Rows || Columns != other.Columns)
        {
            throw new ArgumentException($"cannot join {Rows}×{Columns} and {other.Rows}×{other.Columns}");
        }

        var sum = new HostMatrix(Rows, Columns, (double[])Values.Clone());
        for (var i = 0; i < Rows; i++)
        {
            Lanes.AddScaled(factor, other.Row(i), sum.Row(i));
        }

        return sum;
    }

    /// <summary>Refuses infinities and NaN, from which no decomposition converges.</summary>
    internal void MustBeFinite()
    {
        var index = Values.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (index >= 0)
        {
            throw new RunException($"a {Rows}×{Columns} matrix to decompose is not finite: entry ({index / Columns}, {index % Columns}) is {Values[index]}");
        }
    }
}
