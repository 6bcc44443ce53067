namespace Tributary.Numerics.Cpu.Products;

/// <summary>The register tile in use: rows × columns and its kernel. The tile decides speed and padding only: every sum runs over the inner dimension in the same order.</summary>
internal readonly unsafe struct TileShape(int rows, int columns, delegate*<int, float*, float*, TileTarget*, void> kernel)
{
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly delegate*<int, float*, float*, TileTarget*, void> Kernel = kernel;

    /// <summary>The tile of a kernel set that wastes least on <paramref name="outputs"/> columns; the wider one among equals.</summary>
    public static TileShape For(KernelSet kernels, int outputs)
    {
        var lanes = kernels switch { KernelSet.Avx512 => 16, KernelSet.Avx2 => 8, _ => 4 };
        var best = 3;
        foreach (var vectors in (ReadOnlySpan<int>)[2, 1])
        {
            // A narrow tile does less per load: it must save an eighth to be worth it.
            best = 8L * Padded(outputs, vectors * lanes) < 7L * Padded(outputs, best * lanes) ? vectors : best;
        }

        return Of(kernels, best);
    }

    private static long Padded(int outputs, int columns) => (outputs + columns - 1L) / columns * columns;

    private static TileShape Of(KernelSet kernels, int vectors) => (kernels, vectors) switch
    {
        (KernelSet.Avx512, 3) => new(8, 48, &TilesAvx512.Tile8x48),
        (KernelSet.Avx512, 2) => new(8, 32, &TilesAvx512.Tile8x32),
        (KernelSet.Avx512, _) => new(8, 16, &TilesAvx512.Tile8x16),
        (KernelSet.Avx2, 3) => new(4, 24, &TilesAvx2.Tile4x24),
        (KernelSet.Avx2, 2) => new(4, 16, &TilesAvx2.Tile4x16),
        (KernelSet.Avx2, _) => new(4, 8, &TilesAvx2.Tile4x8),
        (_, 3) => new(4, 12, &TilesPortable.Tile4x12),
        (_, 2) => new(4, 8, &TilesPortable.Tile4x8),
        _ => new(4, 4, &TilesPortable.Tile4x4),
    };
}
