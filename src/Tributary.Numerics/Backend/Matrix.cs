namespace Tributary.Numerics;

/// <summary>A row-major window of rows × columns over a <see cref="DeviceBuffer"/>; row r begins at <c>Offset + r · Stride</c>. Vectors are 1 × n.</summary>
public readonly record struct Matrix(DeviceBuffer Buffer, long Offset, int Rows, int Columns, int Stride)
{
    /// <summary>True for <c>default</c>: "there is none", for example a layer without a bias.</summary>
    public bool IsEmpty => Buffer is null;

    /// <summary>Number of elements, rows × columns.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>True when the rows follow each other without gaps.</summary>
    public bool IsContiguous => Stride == Columns || Rows <= 1;

    /// <summary>The window of <paramref name="count"/> rows from <paramref name="start"/>.</summary>
    public Matrix RowRange(int start, int count) => this with { Offset = Offset + ((long)start * Stride), Rows = count };

    /// <summary>The window of <paramref name="count"/> columns from <paramref name="start"/>.</summary>
    public Matrix ColumnRange(int start, int count) => this with { Offset = Offset + start, Columns = count };

    /// <summary>The same contiguous elements in another shape.</summary>
    public Matrix Reshape(int rows, int columns) =>
        IsContiguous && (long)rows * columns == Count
            ? this with { Rows = rows, Columns = columns, Stride = columns }
            : throw new ArgumentException($"cannot reshape {Rows}×{Columns} (stride {Stride}) to {rows}×{columns}");
}
