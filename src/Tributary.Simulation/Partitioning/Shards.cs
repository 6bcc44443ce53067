using Tributary.Numerics;

namespace Tributary.Simulation.Partitioning;

/// <summary>What partitioners share: checks, cuts and the ordered result.</summary>
internal static class Shards
{
    /// <summary>Refuses numbers of owners that the rows cannot serve.</summary>
    public static void RequireEnough(DataPool pool, int clients)
    {
        if (clients < 1)
        {
            throw new InputException($"data.partition.clients is {clients}, at least 1 is needed");
        }

        if (pool.Examples.Count < clients)
        {
            throw new InputException($"data.partition: {pool.Examples.Count} rows cannot give each of {clients} clients one; lower clients");
        }
    }

    /// <summary>Refuses concentrations that are not positive numbers.</summary>
    public static void RequirePositive(double alpha)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
        {
            throw new InputException($"data.partition.alpha is {alpha}, expected a positive number (small: uneven, large: even)");
        }
    }

    /// <summary>Cuts <paramref name="count"/> rows by shares that sum to 1: ends[i] is where part i ends.</summary>
    public static int[] Ends(ReadOnlySpan<double> shares, int count)
    {
        var ends = new int[shares.Length];
        var total = 0.0;
        for (var i = 0; i < shares.Length; i++)
        {
            total += shares[i];
            ends[i] = Math.Min(count, (int)Math.Round(total * count));
        }

        ends[^1] = count;
        return ends;
    }

    /// <summary>Where part <paramref name="part"/> of <paramref name="parts"/> nearly equal parts begins.</summary>
    public static int EvenStart(int part, int parts, int count) => (int)((long)part * count / parts);

    /// <summary>Numbered owners with these rows.</summary>
    public static IReadOnlyList<ClientShard> Numbered(IReadOnlyList<List<int>> rows) =>
        [.. rows.Select((list, client) => new ClientShard(ClientNames.Numbered(client, rows.Count), [.. list.Order()]))];

    /// <summary>Owners named by texts from the data, in order of their names.</summary>
    public static IReadOnlyList<ClientShard> Named(IEnumerable<string> texts, IEnumerable<IEnumerable<int>> rows) =>
        [.. ClientNames.Of(texts).Zip(rows, (name, list) => new ClientShard(name, [.. list.Order()])).OrderBy(shard => shard.Client, StringComparer.Ordinal)];
}
