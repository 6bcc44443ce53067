using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>Random rows in shards of uneven size: one row each, the others by shares from a symmetric Dirichlet distribution.</summary>
public sealed class QuantityPartitioner(int clients, double alpha) : IPartitioner
{
    /// <inheritdoc/>
    public IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream)
    {
        Shards.RequireEnough(pool, clients);
        Shards.RequirePositive(alpha);
        var sequence = stream.Sequence();
        int[] order = [.. Enumerable.Range(0, pool.Examples.Count)];
        sequence.Shuffle<int>(order);
        var shares = new double[clients];
        sequence.Dirichlet(alpha, shares);
        var ends = Shards.Ends(shares, order.Length - clients);
        var rows = new List<int>[clients];
        var start = 0;
        for (var client = 0; client < clients; client++)
        {
            var end = ends[client] + client + 1;
            rows[client] = [.. order[start..end]];
            start = end;
        }

        return Shards.Numbered(rows);
    }
}
