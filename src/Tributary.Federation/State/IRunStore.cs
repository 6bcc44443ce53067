using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.State;

/// <summary>What the server side of one run keeps: state by version, spool and journal. What a member has returned for survives the end of the process.</summary>
public interface IRunStore : IDisposable
{
    /// <summary>Begins the run with this state, or takes up the stored one.</summary>
    /// <returns>The latest committed state.</returns>
    /// <exception cref="Tributary.Numerics.InputException">The stored run has another configuration.</exception>
    ServerState Open(RunPlan plan, ServerState initial);

    /// <summary>Reports of all committed rounds, in order.</summary>
    IReadOnlyList<RoundReport> Reports { get; }

    /// <summary>Updates of a version and exchange that are in the spool.</summary>
    IReadOnlyList<Update> Updates(int version, string exchange);

    /// <summary>Takes an answer over into the spool and acknowledges it; a repeated one is acknowledged again and otherwise ignored.</summary>
    /// <exception cref="Tributary.Numerics.InputException">The body is damaged or holds what <paramref name="allowed"/> does not.</exception>
    Update Receive(ClientMessage message, MessageSchema allowed);

    /// <summary>Whether the answer to a piece of work is in the journal.</summary>
    bool IsAcknowledged(OrderKey key);

    /// <summary>The spooled updates of these clients, in the order given.</summary>
    SpoolReader Read(int version, string exchange, IReadOnlyList<string> clients);

    /// <summary>Stores a body that goes out to clients and returns its file and length. <paramref name="name"/> tells apart the bodies of one version and exchange.</summary>
    (string Path, MessageLength Length) Outgoing(int version, string exchange, string name, MessageBody body, string dtype);

    /// <summary>Stores the next version with its report; the spool of the round is freed.</summary>
    void Commit(ServerState next, RoundReport report);
}
