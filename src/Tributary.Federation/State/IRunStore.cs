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

    /// <summary>The latest committed state.</summary>
    ServerState Latest { get; }

    /// <summary>Reports of all committed rounds, in order.</summary>
    IReadOnlyList<RoundReport> Reports { get; }

    /// <summary>Updates of an exchange that arrived since the last version was stored.</summary>
    IReadOnlyList<Update> Updates(string exchange);

    /// <summary>Work of an exchange that was handed out since the last version was stored.</summary>
    IReadOnlyList<Flight> Sent(string exchange);

    /// <summary>Work that was handed out and neither answered nor called off, oldest first.</summary>
    IEnumerable<Flight> InFlight { get; }

    /// <summary>Whether a piece of work is among them.</summary>
    bool IsInFlight(OrderKey key);

    /// <summary>When the last answer arrived, in seconds of the pool's clock.</summary>
    double Now { get; }

    /// <summary>Notes work before it is handed out.</summary>
    void Send(Flight flight);

    /// <summary>The file of the body that went out with a piece of work.</summary>
    string PathOf(Flight flight);

    /// <summary>Takes an answer over into the spool and acknowledges it; a repeated one is acknowledged again and otherwise ignored.</summary>
    /// <exception cref="Tributary.Numerics.InputException">The body is damaged or holds what <paramref name="allowed"/> does not.</exception>
    Update Receive(ClientMessage message, MessageSchema allowed);

    /// <summary>Whether the answer to a piece of work is in the journal.</summary>
    bool IsAcknowledged(OrderKey key);

    /// <summary>The contents of these updates in the spool, in the order given.</summary>
    SpoolReader Read(IReadOnlyList<Update> updates);

    /// <summary>Stores a body that goes out to clients and returns its length. <paramref name="name"/> tells apart the bodies of one version and exchange.</summary>
    MessageLength Outgoing(int version, string exchange, string name, MessageBody body, string dtype);

    /// <summary>Stores the next version with its report; the spool of the round is freed, and work that is too old for the next one is called off.</summary>
    void Commit(ServerState next, RoundReport report);
}
