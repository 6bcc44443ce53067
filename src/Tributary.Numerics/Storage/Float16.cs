using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Tributary.Numerics.Storage;

/// <summary>IEEE half precision as bit patterns. Rounds to nearest, ties to even; subnormals are kept, overflow becomes infinity.</summary>
public static class Float16
{
    /// <summary>The nearest half.</summary>
    public static ushort FromSingle(float value) => BitConverter.HalfToUInt16Bits((Half)value);

    /// <summary>The same number as a single; exact.</summary>
    public static float ToSingle(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>Rounds every element; the spans have equal lengths.</summary>
    public static void FromSingle(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        BFloat16.SameLength(source.Length, destination.Length);
        TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<ushort, Half>(destination));
    }

    /// <summary>Widens every element; the spans have equal lengths.</summary>
    public static void ToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        BFloat16.SameLength(source.Length, destination.Length);
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(source), destination);
    }
}
