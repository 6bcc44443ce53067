using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.State;

/// <summary>A run store that others may ask while the round loop works with it.</summary>
public sealed class LockedRunStore(IRunStore store) : IRunStore
{
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public ServerState Latest => Locked(() => store.Latest);

    /// <inheritdoc/>
    public IReadOnlyList<RoundReport> Reports => Locked(() => store.Reports.ToArray());

    /// <inheritdoc/>
    public IEnumerable<Flight> InFlight => Locked(() => store.InFlight.ToArray());

    /// <inheritdoc/>
    public double Now => Locked(() => store.Now);

    /// <inheritdoc/>
    public ServerState Open(RunPlan plan, ServerState initial) => Locked(() => store.Open(plan, initial));

    /// <inheritdoc/>
    public IReadOnlyList<Update> Updates(string exchange) => Locked(() => store.Updates(exchange));

    /// <inheritdoc/>
    public IReadOnlyList<Flight> Sent(string exchange) => Locked(() => store.Sent(exchange));

    /// <inheritdoc/>
    public bool IsInFlight(OrderKey key) => Locked(() => store.IsInFlight(key));

    /// <inheritdoc/>
    public bool IsAcknowledged(OrderKey key) => Locked(() => store.IsAcknowledged(key));

    /// <inheritdoc/>
    public string PathOf(Flight flight) => Locked(() => store.PathOf(flight));

    /// <inheritdoc/>
    public void Send(Flight flight)
    {
        lock (gate)
        {
            store.Send(flight);
        }
    }

    /// <inheritdoc/>
    public Update Receive(ClientMessage message, MessageSchema allowed) => Locked(() => store.Receive(message, allowed));

    /// <inheritdoc/>
    public SpoolReader Read(IReadOnlyList<Update> updates) => Locked(() => store.Read(updates));

    /// <inheritdoc/>
    public MessageLength Outgoing(int version, string exchange, string name, MessageBody body, string dtype) => Locked(() => store.Outgoing(version, exchange, name, body, dtype));

    /// <inheritdoc/>
    public void Commit(ServerState next, RoundReport report)
    {
        lock (gate)
        {
            store.Commit(next, report);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            store.Dispose();
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }
}
