using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Tiles;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>The left operand as tiles read it: element (row, k) stands at row · RowStep + k · KStep.</summary>
internal readonly unsafe struct LeftOperand(float* data, nint rowStep, nint kStep, int rows, int depth)
{
    public readonly float* Data = data;
    public readonly nint RowStep = rowStep;
    public readonly nint KStep = kStep;
    public readonly int Rows = rows;
    public readonly int Depth = depth;

    /// <summary>op(a) of a row-major matrix.</summary>
    public static LeftOperand Of(View a, bool transposed) =>
        transposed ? new(a.Data, 1, a.Stride, a.Columns, a.Rows) : new(a.Data, a.Stride, 1, a.Rows, a.Columns);

    /// <summary>The element at (row, k).</summary>
    public float* At(int row, int k) => Data + (row * RowStep) + (k * KStep);

    /// <summary>Copies tiles of a transposed operand next to each other, [tile][k][tile rows], because its rows of k lie far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack<V>(int row, int rows, int k0, int k, float* target)
        where V : struct, ILanes<V>
    {
        var height = TileShape<V>.Rows;
        for (var done = 0; done < rows; done += height)
        {
            var valid = Math.Min(height, rows - done);
            var source = At(row + done, k0);
            for (var i = 0; i < k; i++, source += KStep, target += height)
            {
                if (valid == 8)
                {
                    Unsafe.CopyBlockUnaligned(target, source, 8 * sizeof(float));
                    continue;
                }

                for (var r = 0; r < valid; r++)
                {
                    target[r] = source[r];
                }
            }
        }
    }
}
