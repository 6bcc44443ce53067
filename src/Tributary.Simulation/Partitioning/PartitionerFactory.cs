using Tributary.Federation.Experiments;
using Tributary.Numerics;

namespace Tributary.Simulation.Partitioning;

/// <summary>The one place where the experiment file's <c>data.partition</c> becomes a partitioner.</summary>
public static class PartitionerFactory
{
    /// <summary>The partitioner of these settings.</summary>
    /// <exception cref="InputException">The kind is unknown, or a setting is missing or does not belong to it.</exception>
    public static IPartitioner Create(PartitionSettings settings)
    {
        RequireOnly(settings, settings.Kind switch
        {
            "files" => [],
            "iid" or "cluster" => ["clients"],
            "dirichlet" => ["alpha", "clients", "by", "min_rows"],
            "quantity" => ["alpha", "clients"],
            "shards" => ["clients", "per_client", "by"],
            "column" => ["name"],
            _ => throw new InputException($"unknown data.partition.kind '{settings.Kind}'; expected files, iid, dirichlet, quantity, shards, column or cluster"),
        });
        InputException Missing(string key) => new($"data.partition of kind '{settings.Kind}' needs '{key}'");
        int Clients() => settings.Clients ?? throw Missing("clients");
        double Alpha() => settings.Alpha ?? throw Missing("alpha");
        return settings.Kind switch
        {
            "files" => new FilesPartitioner(),
            "iid" => new IidPartitioner(Clients()),
            "dirichlet" => new DirichletPartitioner(Clients(), Alpha(), settings.By, settings.MinRows ?? 1),
            "quantity" => new QuantityPartitioner(Clients(), Alpha()),
            "shards" => new SortedShardsPartitioner(Clients(), settings.PerClient ?? throw Missing("per_client"), settings.By),
            "column" => new ColumnPartitioner(settings.Name ?? throw Missing("name")),
            _ => new ClusterPartitioner(Clients()),
        };
    }

    private static void RequireOnly(PartitionSettings settings, string[] allowed)
    {
        (string Key, bool Set)[] given =
        [
            ("clients", settings.Clients is not null), ("alpha", settings.Alpha is not null), ("per_client", settings.PerClient is not null), ("by", settings.By is not null),
            ("name", settings.Name is not null), ("min_rows", settings.MinRows is not null),
        ];
        if (given.FirstOrDefault(entry => entry.Set && !allowed.Contains(entry.Key, StringComparer.Ordinal)) is { Key: { } key })
        {
            throw new InputException($"data.partition.{key} means nothing for kind '{settings.Kind}'; it takes {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}");
        }
    }
}
