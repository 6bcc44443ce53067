namespace Tributary.Simulation.Partitioning;

/// <summary>The rows of one simulated owner.</summary>
/// <param name="Client">Name of the owner: unique, and fit for a folder name.</param>
/// <param name="Examples">Positions among <see cref="DataPool.Examples"/>, ascending; at least one.</param>
public sealed record ClientShard(string Client, IReadOnlyList<int> Examples);
