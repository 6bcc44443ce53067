namespace Tributary.Learning.Safetensors;

/// <summary>Element types of the safetensors format, by the names it uses.</summary>
public static class DTypes
{
    /// <summary>IEEE double precision.</summary>
    public const string F64 = "F64";

    /// <summary>IEEE single precision.</summary>
    public const string F32 = "F32";

    /// <summary>IEEE half precision.</summary>
    public const string F16 = "F16";

    /// <summary>bfloat16: the upper half of a single.</summary>
    public const string BF16 = "BF16";

    /// <summary>Signed 64-bit integer.</summary>
    public const string I64 = "I64";

    /// <summary>Signed 32-bit integer.</summary>
    public const string I32 = "I32";

    /// <summary>Unsigned 32-bit integer.</summary>
    public const string U32 = "U32";

    /// <summary>Unsigned byte, also the UTF-8 bytes of a text.</summary>
    public const string U8 = "U8";

    /// <summary>Bytes per element, 0 for a type the format does not know.</summary>
    public static int SizeOf(string dtype) => dtype switch
    {
        F64 or I64 or "U64" => 8,
        F32 or I32 or U32 => 4,
        F16 or BF16 or "I16" or "U16" => 2,
        U8 or "I8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
        _ => 0,
    };
}
