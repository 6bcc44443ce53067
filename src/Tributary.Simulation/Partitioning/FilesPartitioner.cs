using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>Every file is an owner, named after it.</summary>
public sealed class FilesPartitioner : IPartitioner
{
    /// <inheritdoc/>
    public IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream)
    {
        var rows = new List<IEnumerable<int>>();
        var start = 0;
        foreach (var file in pool.Files)
        {
            rows.Add(Enumerable.Range(start, file.Examples.Count));
            start += file.Examples.Count;
        }

        return Shards.Named(pool.Files.Select(file => file.Name), rows);
    }
}
