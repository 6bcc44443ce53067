using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>
/// Rows sorted by field <paramref name="by"/> and cut into equal shards, <paramref name="perClient"/> of which every owner draws (McMahan et al. 2017, arXiv:1602.05629).
/// </summary>
public sealed class SortedShardsPartitioner(int clients, int perClient, string? by = null) : IPartitioner
{
    /// <inheritdoc/>
    public IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream)
    {
        Shards.RequireEnough(pool, clients);
        if (perClient < 1 || (long)clients * perClient > pool.Examples.Count)
        {
            throw new InputException($"data.partition.per_client is {perClient}: {pool.Examples.Count} rows cannot be cut into {clients} × {perClient} shards");
        }

        int[] sorted = [.. pool.RowsBy(by).Values.SelectMany(rows => rows)];
        int[] dealt = [.. Enumerable.Range(0, clients * perClient)];
        stream.Sequence().Shuffle<int>(dealt);
        var shards = Enumerable.Range(0, clients).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < dealt.Length; i++)
        {
            shards[i / perClient].AddRange(
                sorted[Shards.EvenStart(dealt[i], dealt.Length, sorted.Length)..Shards.EvenStart(dealt[i] + 1, dealt.Length, sorted.Length)]);
        }

        return Shards.Numbered(shards);
    }
}
