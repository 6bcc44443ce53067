using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>A block of rows times a block of one panel, tile by tile.</summary>
internal static unsafe class PanelProduct<V, TPanels>
    where V : struct, ILanes<V>
    where TPanels : struct, IPanels
{
    /// <summary>
    /// Multiplies the rows that begin at <paramref name="row"/> of c by the rows of the panel that begin at <paramref name="k0"/>, and joins the sums to c.
    /// <paramref name="block"/> is room for the panel's block, <paramref name="tile"/> for one tile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(LeftOperand left, TPanels panels, TileFinish finish, int row, int panel, int k0, bool packed, float* block, float* tile)
    {
        var layout = panels.Layout;
        int width = layout.Width(panel), valid = layout.Valid(panel), column = panel * layout.PanelWidth, height = TileShape<V>.Rows;
        var right = panels.Block(panel, k0, left.Depth, left.Rows, block, out var bStep, out var brain);

        // A packed tile is depth · height floats long, so that row r begins at r · depth; within the tile rows are neighbours.
        var input = new TileInput { A = left.Data, AStep = packed ? 1 : left.RowStep, KStep = left.KStep, B = right, BStep = bStep, Depth = left.Depth };
        for (var r = 0; r < left.Rows; r += height, input.A += height * left.RowStep)
        {
            input.Rows = Math.Min(height, left.Rows - r);
            if (brain)
            {
                finish.Run<V, BrainElement>(input, width, row + r, column, valid, k0 == 0, tile);
            }
            else
            {
                finish.Run<V, SingleElement>(input, width, row + r, column, valid, k0 == 0, tile);
            }
        }
    }
}
