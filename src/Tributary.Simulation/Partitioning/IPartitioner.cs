using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>Divides a data set among simulated owners: every row goes to exactly one, and every owner gets at least one.</summary>
public interface IPartitioner
{
    /// <summary>The owners in ascending order of their names; equal data and streams give equal shards.</summary>
    /// <exception cref="InputException">The data cannot be divided so.</exception>
    IReadOnlyList<ClientShard> Partition(DataPool pool, PhiloxStream stream);
}
