using System.Runtime.InteropServices;

namespace Tributary.Numerics.Storage;

/// <summary>Symmetric 8-bit numbers in blocks: a code is value / (absmax / 127), rounded to nearest, ties to even, within [−127, 127].</summary>
public static class Int8
{
    /// <summary>The largest code; −128 is not used.</summary>
    public const int Largest = 127;

    /// <summary>Writes one code for each number and one absmax for each block of <paramref name="blockSize"/>, the last of which may be short.</summary>
    public static void Quantise(ReadOnlySpan<float> values, int blockSize, Span<sbyte> codes, Span<float> absmax) =>
        BlockQuantiser<Format>.Quantise(values, blockSize, MemoryMarshal.AsBytes(codes), absmax);

    /// <summary>code · (absmax / 127).</summary>
    public static void Dequantise(ReadOnlySpan<sbyte> codes, ReadOnlySpan<float> absmax, int blockSize, Span<float> values) =>
        BlockQuantiser<Format>.Dequantise(MemoryMarshal.AsBytes(codes), absmax, blockSize, values);

    /// <summary>The codes of numbers in a block.</summary>
    internal readonly struct Format : IBlockFormat
    {
        public static float Factor(float absmax) => Scale(absmax);

        public static byte Encode(float value, float factor)
        {
            var code = Math.Clamp(MathF.Round(value / factor), -Largest, Largest);
            return float.IsNaN(code) ? (byte)0 : (byte)(sbyte)code;
        }

        public static float Scale(float absmax) => absmax / Largest;

        public static float Level(byte code) => (sbyte)code;
    }
}
