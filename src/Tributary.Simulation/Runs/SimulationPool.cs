using Tributary.Federation.Cuts;
using Tributary.Federation.Rounds;

namespace Tributary.Simulation.Runs;

/// <summary>
/// Clients in this process over shared frozen bases: the same worker as on a remote machine, with borrowed learners. Answers are given out in the order of dispatch,
/// so that nothing depends on which thread is faster.
/// </summary>
/// <param name="clients">The clients, by id.</param>
/// <param name="upper">The server's part of a cut model; null where clients have all of it.</param>
public sealed class SimulationPool(IReadOnlyDictionary<string, SimulatedClient> clients, UpperPart? upper = null) : IClientPool, IDisposable
{
    private readonly LinkedList<(OrderKey Key, Task<ClientMessage> Answer, CancellationTokenSource Wanted)> working = new();

    /// <inheritdoc/>
    public bool HasArrived => working.Count > 0;

    /// <inheritdoc/>
    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        upper?.Expect(work.Order);
        var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        working.AddLast((work.Order.Key, WorkAsync(work, wanted.Token), wanted));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        var (_, answer, wanted) = working.First!.Value;
        try
        {
            var message = await answer.ConfigureAwait(false);
            working.RemoveFirst();
            wanted.Dispose();
            return message;
        }
        catch
        {
            await StopAsync(_ => true).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        clients[key.Client].States.Settle(key, accepted);
        upper?.Settle(key, accepted);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) =>
        await StopAsync(key => key.Exchange == exchange && key.Version <= version).ConfigureAwait(false);

    /// <summary>Waits for clients that still work when a run ends early: the learners are freed next.</summary>
    public void Dispose() => StopAsync(_ => true).GetAwaiter().GetResult();

    private Task<ClientMessage> WorkAsync(Dispatched work, CancellationToken wanted)
    {
        var client = clients[work.Order.Client];
        return client.Learners.TrainAsync(backbone => client.Worker.Run(work, backbone, client.Data, wanted) with { Visit = upper?.Leave(work.Order.Key, wanted) }, wanted);
    }

    /// <summary>Cancels what nobody waits for and returns when it has ended.</summary>
    private async Task StopAsync(Func<OrderKey, bool> isUnwanted)
    {
        var unwanted = working.Where(work => isUnwanted(work.Key)).ToArray();
        foreach (var work in unwanted)
        {
            await work.Wanted.CancelAsync().ConfigureAwait(false);
        }

        foreach (var work in unwanted)
        {
            await work.Answer.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            working.Remove(work);
            work.Wanted.Dispose();
        }
    }
}
