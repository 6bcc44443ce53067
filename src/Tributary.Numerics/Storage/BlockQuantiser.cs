namespace Tributary.Numerics.Storage;

/// <summary>Block-wise quantisation along a flat sequence of numbers; the last block may be short. A block with a number that is not finite decodes to such numbers.</summary>
internal static class BlockQuantiser<TFormat>
    where TFormat : struct, IBlockFormat
{
    /// <summary>Writes one code for each number and one absmax for each block.</summary>
    public static void Quantise(ReadOnlySpan<float> values, int blockSize, Span<byte> codes, Span<float> absmax)
    {
        Check(values.Length, blockSize, codes.Length, absmax.Length);
        for (var start = 0; start < values.Length; start += blockSize)
        {
            var block = values.Slice(start, Math.Min(blockSize, values.Length - start));
            var largest = absmax[start / blockSize] = Largest(block);
            var factor = TFormat.Factor(largest);
            for (var i = 0; i < block.Length; i++)
            {
                codes[start + i] = TFormat.Encode(block[i], factor);
            }
        }
    }

    /// <summary>The numbers that codes stand for.</summary>
    public static void Dequantise(ReadOnlySpan<byte> codes, ReadOnlySpan<float> absmax, int blockSize, Span<float> values)
    {
        Check(values.Length, blockSize, codes.Length, absmax.Length);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = TFormat.Level(codes[i]) * TFormat.Scale(absmax[i / blockSize]);
        }
    }

    /// <summary>The numbers that remain of a sequence.</summary>
    public static void Round(Span<float> values, int blockSize)
    {
        var codes = new byte[values.Length];
        var absmax = new float[(values.Length + blockSize - 1) / blockSize];
        Quantise(values, blockSize, codes, absmax);
        Dequantise(codes, absmax, blockSize, values);
    }

    private static float Largest(ReadOnlySpan<float> block)
    {
        var (largest, finite) = (0f, 0f);
        foreach (var value in block)
        {
            largest = MathF.Max(largest, MathF.Abs(value));
            finite += value - value; // not a number once a value is not finite
        }

        return largest + finite;
    }

    private static void Check(int values, int blockSize, int codes, int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        if (codes != values || blocks != (values + blockSize - 1) / blockSize)
        {
            throw new ArgumentException($"{values} numbers in blocks of {blockSize} do not match {codes} codes and {blocks} blocks");
        }
    }
}
