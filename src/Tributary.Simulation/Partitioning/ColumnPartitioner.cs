using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>Every value of a field is an owner, named after it.</summary>
public sealed class ColumnPartitioner(string field) : IPartitioner
{
    /// <inheritdoc/>
    public IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream)
    {
        var groups = pool.RowsBy(field);
        return Shards.Named(groups.Keys, groups.Values);
    }
}
