using Tributary.Numerics;

namespace Tributary.Simulation.Partitioning;

/// <summary>The experiment file's <c>data.partition</c>.</summary>
/// <param name="Kind">files, iid, dirichlet, quantity, shards, column or cluster.</param>
/// <param name="Clients">Number of owners, for every kind but files and column.</param>
/// <param name="Alpha">Concentration, for dirichlet and quantity.</param>
/// <param name="PerClient">Shards of each owner, for shards.</param>
/// <param name="By">Field whose values are divided, for dirichlet and shards; null takes label or category.</param>
/// <param name="Name">Field whose values are owners, for column.</param>
public sealed record PartitionSettings(string Kind, int? Clients = null, double? Alpha = null, int? PerClient = null, string? By = null, string? Name = null)
{
    /// <summary>The partitioner of these settings.</summary>
    /// <exception cref="InputException">The kind is unknown, or a setting is missing or does not belong to it.</exception>
    public IPartitioner ToPartitioner()
    {
        RequireOnly(Kind switch
        {
            "files" => [],
            "iid" or "cluster" => ["clients"],
            "dirichlet" => ["alpha", "clients", "by"],
            "quantity" => ["alpha", "clients"],
            "shards" => ["clients", "per_client", "by"],
            "column" => ["name"],
            _ => throw new InputException($"unknown data.partition.kind '{Kind}'; expected files, iid, dirichlet, quantity, shards, column or cluster"),
        });
        return Kind switch
        {
            "files" => new FilesPartitioner(),
            "iid" => new IidPartitioner(Required(Clients, "clients")),
            "dirichlet" => new DirichletPartitioner(Required(Clients, "clients"), Required(Alpha, "alpha"), By),
            "quantity" => new QuantityPartitioner(Required(Clients, "clients"), Required(Alpha, "alpha")),
            "shards" => new SortedShardsPartitioner(Required(Clients, "clients"), Required(PerClient, "per_client"), By),
            "column" => new ColumnPartitioner(Name ?? throw Missing("name")),
            _ => new ClusterPartitioner(Required(Clients, "clients")),
        };
    }

    private void RequireOnly(string[] allowed)
    {
        (string Key, bool Set)[] given =
            [("clients", Clients is not null), ("alpha", Alpha is not null), ("per_client", PerClient is not null), ("by", By is not null), ("name", Name is not null)];
        foreach (var (key, set) in given)
        {
            if (set && !allowed.Contains(key, StringComparer.Ordinal))
            {
                throw new InputException($"data.partition.{key} means nothing for kind '{Kind}'; it takes {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}");
            }
        }
    }

    private T Required<T>(T? value, string key)
        where T : struct => value ?? throw Missing(key);

    private InputException Missing(string key) => new($"data.partition of kind '{Kind}' needs '{key}'");
}
