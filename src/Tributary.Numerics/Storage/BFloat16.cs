using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Storage;

/// <summary>bfloat16, the upper half of a single, as bit patterns. Rounds to nearest, ties to even; NaN stays NaN, overflow becomes infinity.</summary>
public static class BFloat16
{
    private const uint QuietNaN = 0x7FC0;

    /// <summary>The nearest bfloat16.</summary>
    public static ushort FromSingle(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | QuietNaN) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The same number as a single; exact.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest number that bfloat16 can hold.</summary>
    public static float Round(float value) => ToSingle(FromSingle(value));

    /// <summary>Rounds every element; the spans have equal lengths.</summary>
    public static void FromSingle(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        SameLength(source.Length, destination.Length);
        var bits = MemoryMarshal.Cast<float, uint>(source);
        var width = Vector<uint>.Count;
        var i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= source.Length - (2 * Vector512<uint>.Count); i += 2 * Vector512<uint>.Count)
        {
            var low = RoundBits(Vector512.Create(bits[i..]));
            var high = RoundBits(Vector512.Create(bits[(i + Vector512<uint>.Count)..]));
            Vector512.Narrow(low, high).CopyTo(destination[i..]);
        }

        for (; i <= source.Length - (2 * width); i += 2 * width)
        {
            var low = RoundBits(new Vector<uint>(bits[i..]));
            var high = RoundBits(new Vector<uint>(bits[(i + width)..]));
            Vector.Narrow(low, high).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = FromSingle(source[i]);
        }
    }

    /// <summary>Widens every element; the spans have equal lengths.</summary>
    public static void ToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        SameLength(source.Length, destination.Length);
        var bits = MemoryMarshal.Cast<float, uint>(destination);
        var width = Vector<ushort>.Count;
        var i = 0;
        for (; i <= source.Length - width; i += width)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out var low, out var high);
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + (width / 2))..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = ToSingle(source[i]);
        }
    }

    internal static void SameLength(int source, int destination)
    {
        if (source != destination)
        {
            throw new ArgumentException($"the source has {source} elements, the destination {destination}");
        }
    }

    private static Vector512<uint> RoundBits(Vector512<uint> bits)
    {
        var upper = bits >>> 16;
        var rounded = (bits + Vector512.Create(0x7FFFu) + (upper & Vector512<uint>.One)) >>> 16;
        var isNaN = Vector512.GreaterThan(bits & Vector512.Create(0x7FFFFFFFu), Vector512.Create(0x7F800000u));
        return Vector512.ConditionalSelect(isNaN, upper | Vector512.Create(QuietNaN), rounded);
    }

    private static Vector<uint> RoundBits(Vector<uint> bits)
    {
        var upper = bits >>> 16;
        var rounded = (bits + new Vector<uint>(0x7FFF) + (upper & Vector<uint>.One)) >>> 16;
        var isNaN = Vector.GreaterThan(bits & new Vector<uint>(0x7FFFFFFF), new Vector<uint>(0x7F800000));
        return Vector.ConditionalSelect(isNaN, upper | new Vector<uint>(QuietNaN), rounded);
    }
}
