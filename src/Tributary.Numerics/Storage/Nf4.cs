namespace Tributary.Numerics.Storage;

/// <summary>
/// 4-bit NormalFloat (Dettmers et al. 2023, "QLoRA"): a code is the index of one of 16 levels, which are quantiles of a normal distribution scaled to [−1, 1]; a block's numbers
/// are divided by its largest magnitude. Levels and thresholds are those of bitsandbytes.
/// </summary>
public static class Nf4
{
    /// <summary>The 16 levels, ascending.</summary>
    public static ReadOnlySpan<float> Levels =>
    [
        -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0.0f,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f,
    ];

    /// <summary>The 15 limits between them: a code is the number of thresholds below value · (1 / absmax).</summary>
    public static ReadOnlySpan<float> Thresholds =>
    [
        -0.8480964004993439f, -0.6106329262256622f, -0.4599952697753906f, -0.33967943489551544f, -0.23460740596055984f, -0.13791173323988914f, -0.045525018125772476f,
        0.03979014977812767f, 0.1202552504837513f, 0.2035212516784668f, 0.2920137718319893f, 0.3893125355243683f, 0.5016634166240692f, 0.6427869200706482f, 0.8614784181118011f,
    ];

    /// <summary>Writes one code, 0 to 15, for each number and one absmax for each block of <paramref name="blockSize"/>, the last of which may be short.</summary>
    public static void Quantise(ReadOnlySpan<float> values, int blockSize, Span<byte> codes, Span<float> absmax) =>
        BlockQuantiser<Format>.Quantise(values, blockSize, codes, absmax);

    /// <summary>level(code) · absmax.</summary>
    public static void Dequantise(ReadOnlySpan<byte> codes, ReadOnlySpan<float> absmax, int blockSize, Span<float> values) =>
        BlockQuantiser<Format>.Dequantise(codes, absmax, blockSize, values);

    /// <summary>Two codes to a byte, the first in the upper half, as bitsandbytes stores them; the lower half of an odd end is 0.</summary>
    public static void Pack(ReadOnlySpan<byte> codes, Span<byte> packed)
    {
        CheckPacked(codes.Length, packed.Length);
        for (var i = 0; i < codes.Length; i += 2)
        {
            packed[i / 2] = (byte)((codes[i] << 4) | (i + 1 < codes.Length ? codes[i + 1] : 0));
        }
    }

    /// <summary>Undoes <see cref="Pack"/>.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> codes)
    {
        CheckPacked(codes.Length, packed.Length);
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (byte)(i % 2 == 0 ? packed[i / 2] >> 4 : packed[i / 2] & 15);
        }
    }

    private static void CheckPacked(int codes, int packed)
    {
        if (packed != (codes + 1) / 2)
        {
            throw new ArgumentException($"{codes} codes do not match {packed} packed bytes");
        }
    }

    /// <summary>The codes of numbers in a block.</summary>
    internal readonly struct Format : IBlockFormat
    {
        public static float Factor(float absmax) => absmax > 0 ? 1 / absmax : 0;

        public static byte Encode(float value, float factor)
        {
            byte below = 0;
            foreach (var threshold in Thresholds)
            {
                below += threshold < value * factor ? (byte)1 : (byte)0;
            }

            return below;
        }

        public static float Scale(float absmax) => absmax;

        public static float Level(byte code) => Levels[code];
    }
}
