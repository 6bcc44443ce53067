using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Rounds;

/// <summary>A pool around another in which answers arrive when simulated clients would be done, by a clock that jumps from one to the next.</summary>
/// <param name="inner">Does the work.</param>
/// <param name="durations">How long clients take.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="now">Where the clock stands.</param>
public sealed class TimedPool(IClientPool inner, Durations durations, long seed, double now = 0) : IClientPool
{
    private readonly ArrivalQueue queue = new(now);
    private readonly Dictionary<OrderKey, ClientMessage> early = [];

    /// <inheritdoc/>
    public bool HasArrived => queue.HasArrived;

    /// <inheritdoc/>
    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        queue.Add(work.Order.Key, work.At + durations.Of(seed, work.Order.Client, work.Order.Version));
        return inner.DispatchAsync(work, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        var (key, at) = queue.Next();
        ClientMessage? message;
        while (!early.Remove(key, out message))
        {
            var next = await inner.ReceiveAsync(cancellation).ConfigureAwait(false);
            early[next.Key] = next;
        }

        return message with { At = at };
    }

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation) => inner.AcknowledgeAsync(key, accepted, cancellation);

    /// <inheritdoc/>
    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation)
    {
        queue.CallOff(version);
        foreach (var key in early.Keys.Where(key => key.Version <= version).ToArray())
        {
            early.Remove(key);
        }

        return inner.CloseAsync(run, version, exchange, cancellation);
    }
}
