using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Tiles;

/// <summary>
/// How sums become c: alpha · sum, + beta · c, + bias, in this order. Tiles that fill their shape write c themselves; edges and bias go by way of a scratch tile.
/// The first block of k sets c, later ones are added with beta 1.
/// </summary>
internal readonly unsafe struct TileFinish(View c, float alpha, float beta, float* bias)
{
    private readonly View c = c;
    private readonly float* bias = bias;

    /// <summary>Computes one tile of sums and joins it to rows × columns of c at (row, column). <paramref name="width"/> is the panel's, padding included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V, TElement>(in TileInput from, int width, int row, int column, int columns, bool first, float* scratch)
        where V : struct, ILanes<V>
        where TElement : struct, IPanelElement
    {
        var target = c.At(row, column);
        var keep = first ? beta : 1;
        var addend = first && bias is not null ? bias + column : null;
        if (addend is null && columns == width && TileShape<V>.RowsFor(from.Rows) == from.Rows)
        {
            TileShape<V>.Run<TElement>(from, width, new TileOutput(target, c.Stride, alpha, keep));
            return;
        }

        TileShape<V>.Run<TElement>(from, width, new TileOutput(scratch, width, alpha, 0));
        for (var r = 0; r < from.Rows; r++)
        {
            Join<V>(scratch + (r * width), keep, addend, target + ((nint)r * c.Stride), columns);
        }
    }

    /// <summary>Joins rows of sums, <paramref name="width"/> apart and already formed with alpha 1, to rows × columns of c at (row, column).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Join<V>(float* sums, int width, int row, int rows, int column, int columns, bool first)
        where V : struct, ILanes<V>
    {
        var keep = first ? beta : 1;
        var addend = first && bias is not null ? bias + column : null;
        for (var r = 0; r < rows; r++)
        {
            Join<V>(sums + ((nint)r * width), keep, addend, c.At(row + r, column), columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join<V>(float* sums, float beta, float* bias, float* target, int columns)
        where V : struct, ILanes<V>
    {
        var scale = V.Broadcast(beta);
        var j = 0;
        for (; j <= columns - V.Count; j += V.Count)
        {
            var value = V.Load(sums + j);
            value = beta == 0 ? value : V.MultiplyAdd(V.Load(target + j), scale, value);
            value = bias is null ? value : value + V.Load(bias + j);
            value.Store(target + j);
        }

        if (j < columns)
        {
            var rest = columns - j;
            var value = V.Load(sums + j);
            value = beta == 0 ? value : V.MultiplyAdd(V.LoadFirst(target + j, rest), scale, value);
            value = bias is null ? value : value + V.LoadFirst(bias + j, rest);
            value.StoreFirst(target + j, rest);
        }
    }
}
