using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>A block of rows times a block of k of neighbouring panels: each tile of rows meets all the panels while it is near.</summary>
internal static unsafe class PanelProduct<V, TPanels>
    where V : struct, ILanes<V>
    where TPanels : struct, IPanels
{
    /// <summary>
    /// Multiplies the rows that begin at <paramref name="row"/> of c by the rows of panels [<paramref name="panel"/>, <paramref name="panelEnd"/>) that begin at
    /// <paramref name="k0"/>, and joins the sums to c.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(LeftOperand left, TPanels panels, TileFinish finish, int row, int panel, int panelEnd, int k0, bool packed)
    {
        using var scratch = Scratch.Open();
        var tile = scratch.Take((long)TileShape<V>.Rows * TileShape<V>.Columns);
        var (layout, height, count) = (panels.Layout, TileShape<V>.Rows, panelEnd - panel);
        var rights = stackalloc byte*[count];
        var steps = stackalloc nint[count];
        var brain = false;
        for (var p = 0; p < count; p++)
        {
            var block = scratch.Take(panels.ScratchFloats(left.Depth));
            rights[p] = panels.Block(panel + p, k0, left.Depth, left.Rows, block, out steps[p], out brain); // all panels are stored alike
        }

        // A packed tile is depth · height floats long, so that row r begins at r · depth; within the tile rows are neighbours.
        var input = new TileInput { A = left.Data, AStep = packed ? 1 : left.RowStep, KStep = left.KStep, Depth = left.Depth };
        for (var r = 0; r < left.Rows; r += height, input.A += height * left.RowStep)
        {
            input.Rows = Math.Min(height, left.Rows - r);
            for (var p = 0; p < count; p++)
            {
                int width = layout.Width(panel + p), valid = layout.Valid(panel + p), column = (panel + p) * layout.PanelWidth;
                input.B = rights[p];
                input.BStep = steps[p];
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
}
