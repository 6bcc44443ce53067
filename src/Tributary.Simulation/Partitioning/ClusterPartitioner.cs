using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>Topic skew: k-means over hashed TF-IDF vectors of the rows' words; every cluster is an owner.</summary>
public sealed class ClusterPartitioner(int clients) : IPartitioner
{
    /// <inheritdoc/>
    public IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream)
    {
        Shards.RequireEnough(pool, clients);
        var clusters = KMeans.Assign(TextFeatures.Of(pool.Examples), TextFeatures.Dimensions, clients, stream.Sequence());
        var rows = Enumerable.Range(0, clients).Select(_ => new List<int>()).ToArray();
        for (var row = 0; row < clusters.Length; row++)
        {
            rows[clusters[row]].Add(row);
        }

        return Shards.Numbered(rows);
    }
}
