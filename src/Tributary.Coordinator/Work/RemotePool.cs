using System.Collections.Concurrent;
using System.Threading.Channels;
using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Numerics;

namespace Tributary.Coordinator.Work;

/// <summary>
/// The clients of one run behind the network: work is posted at the desks of their sites, and what they send is handed to the round loop one by one. A sender hears what
/// became of its answer when the loop has it in the journal.
/// </summary>
/// <param name="desk">Where sites come for work.</param>
/// <param name="layout">What the run trains.</param>
/// <param name="isAcknowledged">Whether the answer to a piece of work is in the journal; asked from any thread.</param>
/// <param name="time">The clock.</param>
/// <param name="begun">When the run began: the zero of its clock.</param>
public sealed class RemotePool(WorkDesk desk, TensorLayout layout, Func<OrderKey, bool> isAcknowledged, TimeProvider time, DateTimeOffset begun) : IClientPool
{
    private readonly Channel<ClientMessage> answers = Channel.CreateUnbounded<ClientMessage>();
    private readonly ConcurrentDictionary<OrderKey, TaskCompletionSource<bool>> senders = new();
    private readonly ConcurrentDictionary<string, byte> sites = new(StringComparer.Ordinal);

    /// <summary>What the run trains.</summary>
    public TensorLayout Layout => layout;

    /// <inheritdoc/>
    public bool HasArrived => answers.Reader.Count > 0;

    /// <summary>Whether the answer to a piece of work counts already.</summary>
    public bool IsAcknowledged(OrderKey key) => isAcknowledged(key);

    /// <inheritdoc/>
    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        var site = work.Order.Client;
        sites.TryAdd(site, 0);
        desk.For(site).Post(new Posting(work, this));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation) => answers.Reader.ReadAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        desk.For(key.Client).Withdraw(posted => posted == key);
        if (senders.TryRemove(key, out var sender))
        {
            sender.TrySetResult(accepted);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation)
    {
        Withdraw(key => key.Run == run && key.Exchange == exchange && key.Version <= version);
        return ValueTask.CompletedTask;
    }

    /// <summary>Hands a checked answer to the round loop and waits for what becomes of it. The same answer sent twice counts once, and both senders hear the same.</summary>
    /// <param name="key">Which work it answers.</param>
    /// <param name="path">The file, which the run takes over.</param>
    /// <param name="cancellation">The sender is gone; the answer counts all the same.</param>
    /// <returns>Whether it counts.</returns>
    /// <exception cref="RunException">The run has stopped; the sender may try again later.</exception>
    public async Task<bool> AnswerAsync(OrderKey key, string path, CancellationToken cancellation)
    {
        var mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = senders.GetOrAdd(key, mine);
        if (ReferenceEquals(sender, mine) && !answers.Writer.TryWrite(new ClientMessage(key, path, (time.GetUtcNow() - begun).TotalSeconds)))
        {
            senders.TryRemove(key, out _);
            throw Stopped();
        }

        return await sender.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The round loop has ended or was stopped: nothing is asked any more, and who waits for word is told to ask later.</summary>
    public void Stop()
    {
        answers.Writer.TryComplete();
        Withdraw(_ => true);
        foreach (var key in senders.Keys)
        {
            if (senders.TryRemove(key, out var sender))
            {
                _ = isAcknowledged(key) ? sender.TrySetResult(true) : sender.TrySetException(Stopped());
            }
        }
    }

    private static RunException Stopped() => new("the run has stopped; ask again later");

    private void Withdraw(Predicate<OrderKey> isUnwanted)
    {
        foreach (var site in sites.Keys)
        {
            desk.For(site).Withdraw(key => isUnwanted(key));
        }
    }
}
