using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>Rows in random order, dealt into shards whose sizes differ by at most one.</summary>
public sealed class IidPartitioner(int clients) : IPartitioner
{
    /// <inheritdoc/>
    public IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream)
    {
        Shards.RequireEnough(pool, clients);
        int[] order = [.. Enumerable.Range(0, pool.Examples.Count)];
        stream.Sequence().Shuffle<int>(order);
        var rows = new List<int>[clients];
        for (var client = 0; client < clients; client++)
        {
            rows[client] = [.. order[Shards.EvenStart(client, clients, order.Length)..Shards.EvenStart(client + 1, clients, order.Length)]];
        }

        return Shards.Numbered(rows);
    }
}
