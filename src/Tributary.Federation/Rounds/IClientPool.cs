namespace Tributary.Federation.Rounds;

/// <summary>Clients, wherever they are: in this process or behind HTTP. All members are called from one round loop at a time.</summary>
public interface IClientPool
{
    /// <summary>Hands out work; returns without waiting for it.</summary>
    ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation);

    /// <summary>Whether an answer is there already, so that <see cref="ReceiveAsync"/> takes no time of the pool's clock.</summary>
    bool HasArrived { get; }

    /// <summary>The next answer, whichever client it comes from.</summary>
    /// <exception cref="Tributary.Numerics.RunException">A client failed in a way that ends the run, for example with a loss that is not finite.</exception>
    ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation);

    /// <summary>Tells the client that its answer is stored, or that it came too late; it then promotes or drops the state it had prepared.</summary>
    ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation);

    /// <summary>No more answers to an exchange are wanted that start from that version or an older one.</summary>
    ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation);
}
