namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// Block sizes of attention. Key blocks are counted from the segment's first key, so that a query's sums are joined in the same order whether it stands alone
/// behind a cache or among others.
/// </summary>
internal static class AttentionBlock
{
    /// <summary>Keys in a block; a multiple of every register width.</summary>
    public const int Keys = 64;

    /// <summary>Queries in a block.</summary>
    public const int Queries = 64;

    /// <summary>Queries that go through the softmax together.</summary>
    public const int Group = 4;

    /// <summary>Queries (forwards) or keys (backwards) that are lanes of narrow heads: two registers of the widest kind.</summary>
    public const int NarrowLanes = 32;

    /// <summary>Heads up to this width are narrow: as columns they would leave registers half empty and tiles with too few sums in flight.</summary>
    public const int NarrowWidth = 16;
}
