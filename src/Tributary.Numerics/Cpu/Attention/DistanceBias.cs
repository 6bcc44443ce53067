using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// A <see cref="ScoreBias"/> as kernels see it. Within a block of queries and keys the distances follow each other, so the biases of every query are a window of one
/// short row; they are kept over the scale, in units of the raw scores.
/// </summary>
internal readonly unsafe struct DistanceBias(ScoreBias bias, int* buckets)
{
    /// <summary>Distances between a block of queries and a block of keys, at most.</summary>
    public const int Span = AttentionBlock.Queries + AttentionBlock.Keys;

    private readonly View table = new(bias.Table);
    private readonly int reach = bias.IsEmpty ? 0 : bias.Reach;

    public bool IsEmpty => table.IsEmpty;

    /// <summary>The smallest distance of a block: from its last query to its first key.</summary>
    public static int Lowest(Segment segment, int firstQuery, int queries, int firstKey) => firstKey - (segment.KeyCount - segment.QueryCount + firstQuery + queries - 1);

    /// <summary>Biases of one head at <see cref="Span"/> distances from the lowest on. Query r of the block finds that of its first key at queries − 1 − r.</summary>
    public void Fill(float* target, int lowest, int head, float scale)
    {
        var unit = 1 / scale;
        for (var i = 0; i < Span; i++)
        {
            target[i] = *table.At(Bucket(lowest + i), head) * unit;
        }
    }

    /// <summary>Adds gradients by distance, of biases over the scale, to those of one head's buckets; <paramref name="sums"/> is [buckets · heads].</summary>
    public void Collect(float* gradients, int lowest, int head, float scale, float* sums)
    {
        var unit = 1 / scale;
        for (var i = 0; i < Span; i++)
        {
            sums[(Bucket(lowest + i) * table.Columns) + head] += gradients[i] * unit;
        }
    }

    private int Bucket(int distance) => buckets[Math.Clamp(distance, -reach, reach) + reach];
}
