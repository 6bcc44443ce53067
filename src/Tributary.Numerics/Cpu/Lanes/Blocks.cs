namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>An elementwise kernel as items: blocks of up to <see cref="Width"/> columns, row after row.</summary>
internal readonly struct Blocks<TKernel>(TKernel kernel, int columns) : IKernel
    where TKernel : struct, IElementKernel
{
    /// <summary>Columns in a block: 16 KiB of one operand.</summary>
    public const int Width = 4096;

    private readonly TKernel kernel = kernel;

    /// <summary>How many blocks a matrix has.</summary>
    public static long Count(int rows, int columns) => (long)rows * PerRow(columns);

    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var perRow = PerRow(columns);
        for (var block = start; block < end; block++)
        {
            var (row, column) = (block / perRow, block % perRow * Width);
            kernel.Run<V>(row, column, Math.Min(Width, columns - column));
        }
    }

    private static int PerRow(int columns) => (columns + Width - 1) / Width;
}
