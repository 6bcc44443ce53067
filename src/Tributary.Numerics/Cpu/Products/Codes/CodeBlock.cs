using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Codes;

/// <summary>Blocks of codes of one panel to and from rows of floats, [rows][width].</summary>
internal static unsafe class CodeBlock<V, TCodes>
    where V : struct, ILanes<V>
    where TCodes : struct, IBlockCodes
{
    /// <summary>Rows of a block.</summary>
    public const int Rows = StorageTypes.BlockSize;

    /// <summary>Bytes of a block of one column.</summary>
    public static int ColumnBytes => sizeof(float) + (Rows / 2 * TCodes.PairBytes);

    /// <summary>Decodes <paramref name="count"/> rows from an even one on, counted from the block at <paramref name="blocks"/>. An odd count writes one row more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(byte* blocks, int row, int count, int width, float* target)
    {
        var table = TCodes.Table;
        for (var end = row + count; row < end;)
        {
            var block = blocks + ((nint)(row / Rows) * width * ColumnBytes);
            var blockEnd = Math.Min(end, ((row / Rows) + 1) * Rows);
            for (; row < blockEnd; row += 2, target += 2 * width)
            {
                var codes = block + (sizeof(float) * width) + ((nint)(row % Rows / 2) * TCodes.PairBytes * width);
                for (var j = 0; j < width; j += V.Count)
                {
                    var scale = V.Load((float*)block + j);
                    TCodes.Load<V>(codes + j, width, table, out var even, out var odd);
                    (even * scale).Store(target + j);
                    (odd * scale).Store(target + width + j);
                }
            }
        }
    }

    /// <summary>Encodes one block from <paramref name="count"/> rows; those that are missing become zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* source, int count, int width, byte* block)
    {
        var codes = block + (sizeof(float) * width);
        for (var j = 0; j < width; j += V.Count)
        {
            var absmax = Largest(source + j, count, width);
            var factor = TCodes.Factor(absmax);
            TCodes.Scale(absmax).Store((float*)block + j);
            for (var row = 0; row < Rows; row += 2)
            {
                var even = row < count ? V.Load(source + (row * width) + j) : default;
                var odd = row + 1 < count ? V.Load(source + ((row + 1) * width) + j) : default;
                TCodes.Store(even, odd, factor, codes + (row / 2 * TCodes.PairBytes * width) + j, width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Largest(float* source, int count, int width)
    {
        V largest = default, finite = default;
        for (var row = 0; row < count; row++)
        {
            var value = V.Load(source + (row * width));
            largest = V.Max(largest, V.Abs(value));
            finite += value - value; // not a number once a value is not finite
        }

        return largest + finite;
    }
}
