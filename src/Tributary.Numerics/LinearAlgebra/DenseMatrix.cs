namespace Tributary.Numerics.LinearAlgebra;

/// <summary>A row-major matrix of doubles on the host, for decompositions on the server.</summary>
public sealed class DenseMatrix
{
    private readonly double[] _values;

    /// <summary>A matrix of zeros.</summary>
    public DenseMatrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (Rows, Columns, _values) = (rows, columns, new double[checked(rows * columns)]);
    }

    /// <summary>A matrix of the given values, row after row.</summary>
    public DenseMatrix(ReadOnlySpan<double> values, int rows, int columns)
        : this(rows, columns)
    {
        Fits(values.Length);
        values.CopyTo(_values);
    }

    /// <summary>A matrix of the given values, row after row.</summary>
    public DenseMatrix(ReadOnlySpan<float> values, int rows, int columns)
        : this(rows, columns)
    {
        Fits(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            _values[i] = values[i];
        }
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>All elements, row after row.</summary>
    public Span<double> Values => _values;

    /// <summary>One element.</summary>
    public ref double this[int row, int column] => ref _values[(row * Columns) + column];

    /// <summary>The elements of one row.</summary>
    public Span<double> Row(int row) => _values.AsSpan(row * Columns, Columns);

    /// <summary>Rounds all elements, row after row, to singles.</summary>
    public void CopyTo(Span<float> destination)
    {
        Fits(destination.Length);
        for (var i = 0; i < _values.Length; i++)
        {
            destination[i] = (float)_values[i];
        }
    }

    /// <summary>A copy with rows and columns exchanged.</summary>
    public DenseMatrix Transposed()
    {
        var result = new DenseMatrix(Columns, Rows);
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                result[c, r] = this[r, c];
            }
        }

        return result;
    }

    /// <summary>A copy of the first columns.</summary>
    public DenseMatrix FirstColumns(int count)
    {
        var result = new DenseMatrix(Rows, count);
        for (var r = 0; r < Rows; r++)
        {
            Row(r)[..count].CopyTo(result.Row(r));
        }

        return result;
    }

    /// <summary>The product this · other.</summary>
    public DenseMatrix Times(DenseMatrix other)
    {
        if (Columns != other.Rows)
        {
            throw new ArgumentException($"{Rows}×{Columns} times {other.Rows}×{other.Columns}", nameof(other));
        }

        var result = new DenseMatrix(Rows, other.Columns);
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                Lanes.AddScaled(this[r, c], other.Row(c), result.Row(r));
            }
        }

        return result;
    }

    /// <summary>Refuses infinities and NaN, from which no decomposition converges.</summary>
    internal void MustBeFinite()
    {
        var index = _values.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (index >= 0)
        {
            throw new ArgumentException($"element ({index / Columns}, {index % Columns}) is {_values[index]}");
        }
    }

    private void Fits(int length)
    {
        if (length != _values.Length)
        {
            throw new ArgumentException($"{length} values for a matrix of {Rows}×{Columns}");
        }
    }
}
