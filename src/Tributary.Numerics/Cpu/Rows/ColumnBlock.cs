namespace Tributary.Numerics.Cpu.Rows;

/// <summary>How work down the rows is shared: each item is a block of columns, summed over all rows in their order.</summary>
internal static class ColumnBlock
{
    /// <summary>Columns in a block: a cache line of 16 floats, four times.</summary>
    public const int Width = 64;

    /// <summary>How many blocks a row has.</summary>
    public static int Count(int columns) => (columns + Width - 1) / Width;
}
