namespace Tributary.Federation.Rounds;

/// <summary>Which piece of work: the key of spool, journal and client state.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Version">The server version it starts from.</param>
/// <param name="Exchange">The exchange of the round.</param>
/// <param name="Client">The client's id.</param>
public readonly record struct OrderKey(string Run, int Version, string Exchange, string Client);
