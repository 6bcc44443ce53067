using Tributary.Federation.Clients;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Data.Tokenized;

namespace Tributary.Simulation.Runs;

/// <summary>
/// Clients in this process over one shared frozen backbone: the same worker as on a remote machine, with borrowed learners. Answers are given out in the order of dispatch,
/// so that nothing depends on which thread is faster.
/// </summary>
public sealed class SimulationPool(
    ClientWorker worker, ClientStateStore states, LearnerPool learners, IReadOnlyDictionary<string, TokenizedDataset> data) : IClientPool, IDisposable
{
    private readonly Queue<Task<ClientMessage>> working = new();
    private CancellationTokenSource open = new();

    /// <inheritdoc/>
    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        working.Enqueue(WorkAsync(work, open.Token, cancellation));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return await working.Dequeue().ConfigureAwait(false);
        }
        catch
        {
            await StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        states.Settle(key, accepted);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => await StopAsync().ConfigureAwait(false);

    /// <summary>Waits for clients that still work when a run ends early: the learners are freed next.</summary>
    public void Dispose()
    {
        StopAsync().GetAwaiter().GetResult();
        open.Dispose();
    }

    private async Task<ClientMessage> WorkAsync(Dispatched work, CancellationToken closed, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, closed);
        return await learners.TrainAsync(backbone => worker.Run(work, backbone, data[work.Order.Client], linked.Token), linked.Token).ConfigureAwait(false);
    }

    /// <summary>Cancels what nobody waits for and returns when it has ended.</summary>
    private async Task StopAsync()
    {
        await open.CancelAsync().ConfigureAwait(false);
        while (working.TryDequeue(out var late))
        {
            await late.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        }

        open.Dispose();
        open = new CancellationTokenSource();
    }
}
