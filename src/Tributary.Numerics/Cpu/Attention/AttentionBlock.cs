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
}
