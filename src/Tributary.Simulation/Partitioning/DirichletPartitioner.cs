using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>
/// Label skew (Hsu et al. 2019, arXiv:1909.06335, as commonly done): the rows of every value of field <paramref name="by"/> are divided among the owners by shares
/// from a symmetric Dirichlet distribution. Drawn again while an owner would have fewer than
/// <paramref name="minRows"/>.
/// </summary>
public sealed class DirichletPartitioner(int clients, double alpha, string? by = null, int minRows = 1) : IPartitioner
{
    private const int MaxDraws = 1000;

    /// <inheritdoc/>
    public IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream)
    {
        Shards.RequireEnough(pool, clients);
        Shards.RequirePositive(alpha);
        var groups = pool.RowsBy(by);
        for (var draw = 0; draw < MaxDraws; draw++)
        {
            var rows = Draw(groups.Values, stream.Child(draw).Sequence());
            if (Array.TrueForAll(rows, list => list.Count >= minRows))
            {
                return Shards.Numbered(rows);
            }
        }

        throw new InputException($"data.partition: in {MaxDraws} draws some of {clients} clients always had fewer than {minRows} rows; raise alpha ({alpha}), or lower clients or min_rows");
    }

    private List<int>[] Draw(IEnumerable<List<int>> groups, PhiloxSequence sequence)
    {
        var rows = Enumerable.Range(0, clients).Select(_ => new List<int>()).ToArray();
        var shares = new double[clients];
        foreach (var group in groups)
        {
            int[] order = [.. group];
            sequence.Shuffle<int>(order);
            sequence.Dirichlet(alpha, shares);
            var ends = Shards.Ends(shares, order.Length);
            for (var client = 0; client < clients; client++)
            {
                rows[client].AddRange(order[(client == 0 ? 0 : ends[client - 1])..ends[client]]);
            }
        }

        return rows;
    }
}
