using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Tributary.Numerics.Storage;

namespace Tributary.Learning.Safetensors;

/// <summary>Little-endian tensor bytes to numbers. Sources need not be aligned.</summary>
internal static class ElementReader
{
    public static bool IsFloat(string dtype) => dtype is DTypes.F32 or DTypes.F16 or DTypes.BF16 or DTypes.F64;

    /// <summary>Converts the bytes of a floating-point type; both sides have the same number of elements.</summary>
    public static void ToSingle(string dtype, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (dtype)
        {
            case DTypes.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case DTypes.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case DTypes.BF16:
                BFloat16.ToSingle(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            case DTypes.F64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(source), destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a floating-point type");
        }
    }

    /// <summary>Converts any of the number types this project exchanges; false for another type.</summary>
    public static bool TryToDouble(string dtype, ReadOnlySpan<byte> source, Span<double> destination)
    {
        if (dtype == DTypes.F64)
        {
            source.CopyTo(MemoryMarshal.AsBytes(destination));
        }
        else if (IsFloat(dtype))
        {
            var singles = new float[destination.Length];
            ToSingle(dtype, source, singles);
            TensorPrimitives.ConvertTruncating<float, double>(singles, destination);
        }
        else
        {
            var integers = new long[destination.Length];
            if (!TryToInt64(dtype, source, integers))
            {
                return false;
            }

            TensorPrimitives.ConvertTruncating<long, double>(integers, destination);
        }

        return true;
    }

    /// <summary>Converts I64, I32 or U8; false for another type.</summary>
    public static bool TryToInt64(string dtype, ReadOnlySpan<byte> source, Span<long> destination)
    {
        switch (dtype)
        {
            case DTypes.I64:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                return true;
            case DTypes.I32:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(source), destination);
                return true;
            case DTypes.U8:
                TensorPrimitives.ConvertTruncating(source, destination);
                return true;
            default:
                return false;
        }
    }
}
