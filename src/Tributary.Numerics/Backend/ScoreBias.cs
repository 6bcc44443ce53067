namespace Tributary.Numerics;

/// <summary>
/// A bias on attention scores by head and by distance between key and query: query i and key j add Table[Buckets[clamp(j − i, −r, r) + r], head] with
/// r = (Buckets.Length − 1) / 2, the same for every segment; positions are counted as <see cref="Segment"/> counts them. This is what T5's relative positions need
/// (Raffel et al. 2020).
/// </summary>
/// <param name="Table">[buckets, heads].</param>
/// <param name="Buckets">The bucket of every distance from −r to r; those further away have the bucket at the end.</param>
public readonly record struct ScoreBias(Matrix Table, ReadOnlyMemory<int> Buckets)
{
    /// <summary>True for <c>default</c>: no bias.</summary>
    public bool IsEmpty => Buckets.IsEmpty;

    /// <summary>The largest distance with a bucket of its own: r.</summary>
    public int Reach => (Buckets.Length - 1) / 2;

    /// <summary>The bucket of a distance j − i.</summary>
    public int BucketOf(int distance) => Buckets.Span[Math.Clamp(distance, -Reach, Reach) + Reach];
}
