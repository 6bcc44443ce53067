using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Tiles;

/// <summary>
/// The tile of each vector width, chosen so that the accumulators, one row of b and one element of a fill the registers: 8 × 3 vectors of 32 registers, 6 × 2 of 16.
/// Narrower and lower tiles serve the edges.
/// </summary>
internal static unsafe class TileShape<V>
    where V : struct, ILanes<V>
{
    /// <summary>Rows of the full tile.</summary>
    public static int Rows => V.Count == 16 ? 8 : 6;

    /// <summary>Columns of the full tile: the width of a panel.</summary>
    public static int Columns => V.Count == 16 ? 48 : 2 * V.Count;

    /// <summary>Rows of sums that <see cref="Run{TElement}"/> writes for so many rows of the left operand.</summary>
    public static int RowsFor(int rows) => rows <= 2 ? rows : rows <= 4 ? 4 : Rows;

    /// <summary>Runs the smallest tile that holds the input's rows and the given columns, a multiple of the vector width.</summary>
    public static void Run<TElement>(in TileInput from, int columns, in TileOutput to)
        where TElement : struct, IPanelElement
    {
        if (columns > 2 * V.Count)
        {
            Run<Three, TElement>(from, to);
        }
        else if (columns > V.Count)
        {
            Run<Two, TElement>(from, to);
        }
        else
        {
            Run<One, TElement>(from, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TVectors, TElement>(in TileInput from, in TileOutput to)
        where TVectors : struct, ICount
        where TElement : struct, IPanelElement
    {
        switch (from.Rows)
        {
            case 1:
                TileKernel<V, One, TVectors, TElement>.Run(from, to);
                break;
            case 2:
                TileKernel<V, Two, TVectors, TElement>.Run(from, to);
                break;
            case 3 or 4:
                TileKernel<V, Four, TVectors, TElement>.Run(from, to);
                break;
            default:
                if (V.Count == 16)
                {
                    TileKernel<V, Eight, TVectors, TElement>.Run(from, to);
                }
                else
                {
                    TileKernel<V, Six, TVectors, TElement>.Run(from, to);
                }

                break;
        }
    }
}
