using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>
/// c = alpha · a · b + beta · c + bias in blocks: for each block of the inner dimension and of rows, every panel of b meets every tile of a. Sums over the inner dimension are
/// cut at multiples of <see cref="InnerBlock"/> and joined in order, whatever the shape, the tile or the number of parts.
/// </summary>
internal readonly unsafe struct ProductJob<TPanels>(LeftOperand a, TPanels b, int inner, TileShape tile, TileTarget target, int parts, bool byRows) : IJob
    where TPanels : struct, IPanels
{
    /// <summary>Block of the inner dimension: a multiple of every tile width.</summary>
    public const int InnerBlock = 768;

    private const int RowBlock = 512;

    private int Panels => (b.Columns + tile.Columns - 1) / tile.Columns;

    private int RowTiles => (a.Rows + tile.Rows - 1) / tile.Rows;

    public void Run(int part)
    {
        var (firstPanel, endPanel) = byRows ? (0, Panels) : (ThreadTeam.Begin(Panels, parts, part), ThreadTeam.Begin(Panels, parts, part + 1));
        var (firstTile, endTile) = byRows ? (ThreadTeam.Begin(RowTiles, parts, part), ThreadTeam.Begin(RowTiles, parts, part + 1)) : (0, RowTiles);
        var blockTiles = Math.Min(RowBlock / tile.Rows, endTile - firstTile);
        var deepest = Math.Min(inner, InnerBlock);
        using var scratch = Scratch.Open();
        var packedA = scratch.Take((long)blockTiles * tile.Rows * deepest);
        var packedB = scratch.Take(b.ScratchFor(deepest));
        var edge = scratch.Take((tile.Rows + 1) * tile.Columns);
        for (var k = 0; k == 0 || k < inner; k += InnerBlock)
        {
            var depth = Math.Min(InnerBlock, inner - k);
            for (var block = firstTile; block < endTile; block += blockTiles)
            {
                var tiles = Math.Min(blockTiles, endTile - block);
                for (var t = 0; t < tiles; t++)
                {
                    a.Pack((block + t) * tile.Rows, tile.Rows, k, depth, packedA + ((long)t * tile.Rows * depth));
                }

                for (var panel = firstPanel; panel < endPanel; panel++)
                {
                    var rows = b.Panel(panel, k, depth, packedB);
                    for (var t = 0; t < tiles; t++)
                    {
                        Multiply(packedA + ((long)t * tile.Rows * depth), rows, depth, (block + t) * tile.Rows, panel * tile.Columns, first: k == 0, edge);
                    }
                }
            }
        }
    }

    private void Multiply(float* packedA, float* packedB, int depth, int row, int column, bool first, float* edge)
    {
        var at = target;
        at.C += (row * target.Stride) + column;
        at.Beta = first ? target.Beta : 1;
        at.Bias = first && target.Bias != null ? target.Bias + column : null;
        var (validRows, validColumns) = (Math.Min(tile.Rows, a.Rows - row), Math.Min(tile.Columns, b.Columns - column));
        if (validRows == tile.Rows && validColumns == tile.Columns)
        {
            tile.Kernel(depth, packedA, packedB, &at);
            return;
        }

        // At an edge the same kernel works on a copy of the tile, so that values do not depend on where edges fall.
        var inside = at;
        inside.C = edge;
        inside.Stride = tile.Columns;
        inside.Bias = at.Bias == null ? null : edge + (tile.Rows * tile.Columns);
        new Span<float>(edge, (tile.Rows + 1) * tile.Columns).Clear();
        if (inside.Bias != null)
        {
            new ReadOnlySpan<float>(at.Bias, validColumns).CopyTo(new Span<float>(inside.Bias, validColumns));
        }

        for (var r = 0; r < validRows && at.Beta != 0; r++)
        {
            new ReadOnlySpan<float>(at.C + (r * at.Stride), validColumns).CopyTo(new Span<float>(edge + (r * tile.Columns), validColumns));
        }

        tile.Kernel(depth, packedA, packedB, &inside);
        for (var r = 0; r < validRows; r++)
        {
            new ReadOnlySpan<float>(edge + (r * tile.Columns), validColumns).CopyTo(new Span<float>(at.C + (r * at.Stride), validColumns));
        }
    }
}
