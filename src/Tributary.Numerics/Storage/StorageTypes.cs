namespace Tributary.Numerics.Storage;

/// <summary>Names and sizes of the storage types.</summary>
public static class StorageTypes
{
    /// <summary>Inputs of one output that share a scale in block-wise storage; a row's last block may be short.</summary>
    public const int BlockSize = 64;

    /// <summary>The names of all types, as experiments and options write them, largest first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<StorageType>().Select(Name)];

    /// <summary>The name of a type: "f32", "bf16", "int8" or "nf4".</summary>
    public static string Name(StorageType type) => type.ToString().ToLowerInvariant();

    /// <summary>The type of that name, or null.</summary>
    public static StorageType? Find(string name) => Enum.GetValues<StorageType>().Cast<StorageType?>().FirstOrDefault(type => Name(type!.Value) == name);

    /// <summary>The type that keeps a weight in so many bits (32, 16, 8 or 4, scales of blocks not counted), or null.</summary>
    public static StorageType? OfBits(int bits) => bits switch
    {
        32 => StorageType.F32,
        16 => StorageType.BF16,
        8 => StorageType.Int8,
        4 => StorageType.Nf4,
        _ => null,
    };

    /// <summary>Bytes of a weight of that shape, scales included, without what a backend pads.</summary>
    public static long Bytes(StorageType type, long outputs, long inputs) => type switch
    {
        StorageType.F32 => outputs * inputs * sizeof(float),
        StorageType.BF16 => outputs * inputs * sizeof(ushort),
        StorageType.Int8 => outputs * (inputs + ScaleBytes(inputs)),
        _ => outputs * (((inputs + 1) / 2) + ScaleBytes(inputs)),
    };

    private static long ScaleBytes(long inputs) => (inputs + BlockSize - 1) / BlockSize * sizeof(float);
}
