using Tributary.Federation.Devices;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Rounds;

/// <summary>A pool around another in which answers arrive when simulated clients would be done, by a clock that jumps from one to the next.</summary>
/// <param name="inner">Does the work.</param>
/// <param name="times">How long clients take.</param>
/// <param name="now">Where the clock stands.</param>
public sealed class TimedPool(IClientPool inner, AnswerTimes times, double now = 0) : IClientPool
{
    private readonly ArrivalQueue queue = new(now);
    private readonly Dictionary<OrderKey, ClientMessage> early = [];

    // Work whose answer still has to travel, for as long as nobody knows: it is in the queue with the time at which it is done.
    private readonly HashSet<OrderKey> untravelled = [];

    /// <inheritdoc/>
    public bool HasArrived => queue.Arrived.Any(key => !untravelled.Contains(key));

    /// <inheritdoc/>
    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        var key = work.Order.Key;
        queue.Add(key, work.At + times.Done(key.Client, key.Version, work.Length));
        if (times.CountsBytes(key.Client))
        {
            untravelled.Add(key);
        }

        return inner.DispatchAsync(work, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        // Whoever is done first may not be the first to arrive; whoever is done later than another arrives does not matter yet.
        while (untravelled.Contains(queue.First))
        {
            var first = queue.First;
            var answer = await AnswerAsync(first, cancellation).ConfigureAwait(false);
            queue.DelayFirst(times.OnTheWire(first.Client, BytesOf(answer)));
            untravelled.Remove(first);
        }

        var (key, at) = queue.Next();
        var message = await AnswerAsync(key, cancellation).ConfigureAwait(false);
        early.Remove(key);
        return message with { At = at };
    }

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation) => inner.AcknowledgeAsync(key, accepted, cancellation);

    /// <inheritdoc/>
    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation)
    {
        queue.CallOff(version);
        untravelled.RemoveWhere(key => key.Version <= version);
        foreach (var key in early.Keys.Where(key => key.Version <= version).ToArray())
        {
            early.Remove(key);
        }

        return inner.CloseAsync(run, version, exchange, cancellation);
    }

    private async ValueTask<ClientMessage> AnswerAsync(OrderKey key, CancellationToken cancellation)
    {
        ClientMessage? message;
        while (!early.TryGetValue(key, out message))
        {
            var next = await inner.ReceiveAsync(cancellation).ConfigureAwait(false);
            early[next.Key] = next;
        }

        return message;
    }

    // The answer, and what was asked on the way to it.
    private static TrafficSum BytesOf(ClientMessage message)
    {
        var body = new TrafficSum(new MessageLength(new FileInfo(message.Path).Length, 0), default);
        return message.Visit is { Asked: var asked } ? body + new TrafficSum(asked.Up, asked.Down) : body;
    }
}
