using Tributary.Numerics.Random;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.OneDnn;

/// <summary>Whether tiles have the bits of the plain chain, in single products that cover the smallest and largest sizes.</summary>
internal static unsafe class PairTrial
{
    private static readonly (int Rows, int Columns, int Depth)[] Sizes = [(1, 16, 32), (5, 48, 96), (1, 64, 384), (17, 64, 384), (64, 32, 352)];

    /// <summary>True when every element of every trial is that of <see cref="Chain"/>.</summary>
    public static bool Holds(PairTiles tiles) => Array.TrueForAll(Sizes, size => Holds(tiles, size.Rows, size.Columns, size.Depth));

    /// <summary>Element (row, column) of a [.., depth] · b [depth / 2, columns, 2], as a tile must form it: the definition.</summary>
    public static float Chain(ReadOnlySpan<ushort> a, ReadOnlySpan<ushort> b, int row, int column, int columns, int depth)
    {
        var sum = 0f;
        for (var k = 0; k < depth; k += 2)
        {
            var x = a.Slice((row * depth) + k, 2);
            var w = b.Slice(((k / 2 * columns) + column) * 2, 2);
            sum = MathF.FusedMultiplyAdd(BFloat16.ToSingle(x[1]), BFloat16.ToSingle(w[1]), sum);
            sum = MathF.FusedMultiplyAdd(BFloat16.ToSingle(x[0]), BFloat16.ToSingle(w[0]), sum);
        }

        return sum;
    }

    private static bool Holds(PairTiles tiles, int rows, int columns, int depth)
    {
        ushort[] a = Values(rows * depth, 1), b = Values(depth * columns, 2);
        var sums = new float[rows * columns];
        fixed (ushort* left = a, right = b)
        fixed (float* result = sums)
        {
            tiles.Run(rows, columns, depth, left, right, result);
        }

        for (var i = 0; i < sums.Length; i++)
        {
            if (sums[i] != Chain(a, b, i / columns, i % columns, columns, depth))
            {
                return false;
            }
        }

        return true;
    }

    private static ushort[] Values(int count, ulong tensor)
    {
        var (singles, values) = (new float[count], new ushort[count]);
        new Philox(1).FillUniform(tensor, singles);
        for (var i = 0; i < count; i++)
        {
            values[i] = BFloat16.FromSingle(singles[i] - 0.5f);
        }

        return values;
    }
}
