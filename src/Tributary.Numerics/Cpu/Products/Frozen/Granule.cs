using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Codes;
using Tributary.Numerics.OneDnn;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>The smallest run of rows of a panel that storage keeps together, and the bytes it takes for each column.</summary>
internal readonly record struct Granule(int Rows, int ColumnBytes)
{
    /// <summary>bfloat16 with every two rows side by side, as pair products read it, filled up to whole steps of depth.</summary>
    public static Granule Pairs { get; } = new(PairTiles.DepthStep, PairTiles.DepthStep * sizeof(ushort));

    /// <summary>The granule of a storage type.</summary>
    public static Granule Of(StorageType storage) => storage switch
    {
        StorageType.F32 => new(1, sizeof(float)),
        StorageType.BF16 => new(1, sizeof(ushort)),
        StorageType.Int8 => new(CodeBlock<Lanes128, Int8Codes>.Rows, CodeBlock<Lanes128, Int8Codes>.ColumnBytes),
        StorageType.Nf4 => new(CodeBlock<Lanes128, Nf4Codes>.Rows, CodeBlock<Lanes128, Nf4Codes>.ColumnBytes),
        _ => throw new ArgumentOutOfRangeException(nameof(storage), storage, "not a storage type"),
    };
}
