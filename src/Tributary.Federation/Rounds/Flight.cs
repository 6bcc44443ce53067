using Tributary.Federation.Messages;

namespace Tributary.Federation.Rounds;

/// <summary>Work that was handed out.</summary>
/// <param name="Version">The server version it starts from.</param>
/// <param name="Exchange">The exchange of the round.</param>
/// <param name="Client">Who has it.</param>
/// <param name="Body">The name of the body that went out.</param>
/// <param name="Down">How long that is.</param>
/// <param name="At">When, in seconds of the pool's clock.</param>
public sealed record Flight(int Version, string Exchange, string Client, string Body, MessageLength Down, double At)
{
    /// <summary>Which piece of work of a run.</summary>
    public OrderKey KeyIn(string run) => new(run, Version, Exchange, Client);
}
