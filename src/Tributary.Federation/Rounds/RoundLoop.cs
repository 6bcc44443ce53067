using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Rounds;

/// <summary>
/// The main path: a round is open → while Pace says so, dispatch and spool what arrives → weigh → combine → step → commit. Simulation and deployment run this same loop over
/// two pools. Whenever it is stopped, a new loop over the same store goes on to the same result.
/// </summary>
public sealed class RoundLoop(RunPlan plan, IRunStore store, IClientPool pool, IRunObserver observer, TimeProvider time, IRoundEvaluator? evaluator = null)
{
    /// <summary>Runs all rounds that are not committed yet and returns the last state.</summary>
    /// <param name="initial">The model before the first round.</param>
    /// <param name="cancellation">Stops between two steps; everything acknowledged is kept.</param>
    /// <exception cref="RunException">A client failed, the joined model is not finite, or the disk is full.</exception>
    public async Task<ServerState> RunAsync(ParameterSet initial, CancellationToken cancellation)
    {
        var state = store.Open(plan, RoundStep.Begin(plan, initial));
        foreach (var report in store.Reports)
        {
            observer.OnRound(report);
        }

        while (state.Version < plan.Rounds)
        {
            var start = time.GetTimestamp();
            var round = RoundStep.Open(plan, state);
            foreach (var exchange in plan.Exchanges)
            {
                await CollectAsync(round, exchange, state, cancellation).ConfigureAwait(false);
            }

            var training = time.GetElapsedTime(start);
            var (next, joined) = RoundStep.Apply(plan, store, round, state);
            var measured = evaluator is null ? NoMetrics : await evaluator.EvaluateAsync(next.Version, next, cancellation).ConfigureAwait(false);
            var report = Report(round, next.Version, [.. joined, .. measured], training, time.GetElapsedTime(start));
            store.Commit(next, report);
            observer.OnRound(report);
            state = next;
        }

        return state;
    }

    private static IReadOnlyDictionary<string, double> NoMetrics { get; } = new Dictionary<string, double>();

    private async Task CollectAsync(Round round, Exchange exchange, ServerState state, CancellationToken cancellation)
    {
        var bodies = RoundStep.Outgoing(store, round, exchange, state);
        foreach (var update in store.Updates(round.Version, exchange.Name))
        {
            round.Add(update);
        }

        if (!round.IsComplete(exchange.Name))
        {
            foreach (var client in round.Cohort.Where(client => !round.Has(exchange.Name, client)))
            {
                var order = Order(round, exchange, client);
                await pool.DispatchAsync(new Dispatched(order, bodies[client].Path, bodies[client].Length), cancellation).ConfigureAwait(false);
                observer.OnDispatched(order.Key);
            }
        }

        while (!round.IsComplete(exchange.Name))
        {
            var message = await pool.ReceiveAsync(cancellation).ConfigureAwait(false);
            var accepted = message.Key.Exchange == exchange.Name && round.Accepts(message.Key);
            if (accepted)
            {
                var update = store.Receive(message, MessageSchemas.Up(plan.Layout, round.Method, round.HoldingOf(message.Key.Client)));
                round.Add(update);
                observer.OnReceived(update);
            }

            await pool.AcknowledgeAsync(message.Key, accepted, cancellation).ConfigureAwait(false);
        }

        await pool.CloseAsync(plan.Run, round.Version, exchange.Name, cancellation).ConfigureAwait(false);
    }

    private WorkOrder Order(Round round, Exchange exchange, string client) => new(
        plan.Run, round.Version, checked(plan.Rounds * plan.RoundsAtOnce), exchange.Name, client, WorkOrder.CurrentProtocol, plan.Seed, plan.BaseWeights, plan.Tokenizer, round.Method, plan.RoundsAtOnce)
    {
        Holding = round.HoldingOf(client),
    };

    private static RoundReport Report(Round round, int version, IEnumerable<KeyValuePair<string, double>> metrics, TimeSpan training, TimeSpan elapsed) => new(
        version,
        round.Cohort,
        [.. round.Updates(Exchange.Train.Name).Select(update => update.Client)],
        round.TrainLoss(Exchange.Train.Name),
        new SortedDictionary<string, double>(metrics.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        round.Traffic(),
        elapsed.TotalSeconds)
    {
        TrainingSeconds = training.TotalSeconds,
    };
}
