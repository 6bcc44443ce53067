using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Codes;

/// <summary>
/// Block-wise codes as they lie in a panel: blocks of 64 rows, each the scales of its columns and then its rows, two at a time. Bits are those of the scalar format that
/// <see cref="Storage.StoredValues"/> rounds to.
/// </summary>
internal unsafe interface IBlockCodes
{
    /// <summary>Bytes that two consecutive rows take for each column.</summary>
    static abstract int PairBytes { get; }

    /// <summary>What codes are looked up in, if they are; passed to <see cref="Load"/>.</summary>
    static abstract float* Table { get; }

    /// <summary>One vector of two consecutive rows, before scaling; <paramref name="codes"/> points at the first row, <paramref name="width"/> is the panel's.</summary>
    static abstract void Load<V>(byte* codes, int width, float* table, out V even, out V odd)
        where V : struct, ILanes<V>;

    /// <summary>What levels are multiplied with, from the largest magnitude of a block.</summary>
    static abstract V Scale<V>(V absmax)
        where V : struct, ILanes<V>;

    /// <summary>What <see cref="Store"/> needs, from the largest magnitude of a block.</summary>
    static abstract V Factor<V>(V absmax)
        where V : struct, ILanes<V>;

    /// <summary>Writes one vector of two consecutive rows.</summary>
    static abstract void Store<V>(V even, V odd, V factor, byte* codes, int width)
        where V : struct, ILanes<V>;
}
