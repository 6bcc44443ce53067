namespace Tributary.Numerics.Reference;

/// <summary>The elements of a <see cref="Matrix"/> by row and column.</summary>
internal readonly struct View<T>(T[] values, long offset, int rows, int columns, int stride)
{
    public int Rows => rows;

    public int Columns => columns;

    public ref T this[int row, int column] => ref values[offset + ((long)row * stride) + column];
}
