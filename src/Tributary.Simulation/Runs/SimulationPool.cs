using System.Threading.Channels;
using Tributary.Federation.Clients;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Data.Tokenized;

namespace Tributary.Simulation.Runs;

/// <summary>Clients in this process over one shared frozen backbone: the same worker as on a remote machine, with borrowed learners.</summary>
public sealed class SimulationPool(
    ClientWorker worker, ClientStateStore states, LearnerPool learners, IReadOnlyDictionary<string, TokenizedDataset> data) : IClientPool, IDisposable
{
    private readonly Channel<(ClientMessage? Answer, Exception? Failure)> answers = Channel.CreateUnbounded<(ClientMessage?, Exception?)>();
    private CancellationTokenSource open = new();

    /// <inheritdoc/>
    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, open.Token);
        _ = WorkAsync(work, linked);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        var (answer, failure) = await answers.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        if (failure is not null)
        {
            await open.CancelAsync().ConfigureAwait(false);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        return answer!;
    }

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        states.Settle(key, accepted);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation)
    {
        await open.CancelAsync().ConfigureAwait(false);
        open.Dispose();
        open = new CancellationTokenSource();
    }

    /// <inheritdoc/>
    public void Dispose() => open.Dispose();

    private async Task WorkAsync(Dispatched work, CancellationTokenSource linked)
    {
        using (linked)
        {
            try
            {
                var client = work.Order.Client;
                var answer = await learners.RunAsync(
                    learner => worker.Run(work, new LearnerModel(learner), data[client], linked.Token), linked.Token).ConfigureAwait(false);
                answers.Writer.TryWrite((answer, null));
            }
            catch (OperationCanceledException) when (linked.IsCancellationRequested)
            {
                // Nobody waits for this answer any more.
            }
            catch (Exception failure)
            {
                answers.Writer.TryWrite((null, failure));
            }
        }
    }
}
