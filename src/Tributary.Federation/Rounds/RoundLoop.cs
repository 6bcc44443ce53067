using Tributary.Federation.Parts.Paces;
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
    // Work that an earlier process had handed out and that has no answer: it is handed out again.
    private IReadOnlyList<Flight> interrupted = [];

    /// <summary>Runs all rounds that are not committed yet and returns the last state.</summary>
    /// <param name="initial">The model before the first round.</param>
    /// <param name="cancellation">Stops between two steps; everything acknowledged is kept.</param>
    /// <exception cref="RunException">A client failed, the joined model is not finite, or the disk is full.</exception>
    public async Task<ServerState> RunAsync(ParameterSet initial, CancellationToken cancellation)
    {
        var state = store.Open(plan, RoundStep.First(plan, initial));
        foreach (var report in store.Reports)
        {
            observer.OnRound(report);
        }

        interrupted = [.. store.InFlight];
        while (state.Version < plan.Rounds)
        {
            var start = time.GetTimestamp();
            var round = RoundStep.Open(plan, state);
            foreach (var exchange in round.Exchanges)
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
        RoundStep.Begin(plan, store, round, exchange);
        while (!round.IsComplete(exchange.Name))
        {
            await HandOutAsync(round, [.. interrupted.Where(flight => store.IsInFlight(flight.KeyIn(plan.Run)))], cancellation).ConfigureAwait(false);
            interrupted = [];
            await HandOutAsync(round, RoundStep.Ask(plan, store, round, exchange, state, pool.HasArrived), cancellation).ConfigureAwait(false);
            var message = await pool.ReceiveAsync(cancellation).ConfigureAwait(false);
            var (accepted, update) = RoundStep.Receive(plan, store, round, exchange, message);
            if (update is not null)
            {
                observer.OnReceived(update);
            }

            await pool.AcknowledgeAsync(message.Key, accepted, cancellation).ConfigureAwait(false);
        }

        await pool.CloseAsync(plan.Run, round.Version - PaceRules.MostStale(round.Method.Pace), exchange.Name, cancellation).ConfigureAwait(false);
    }

    private async Task HandOutAsync(Round round, IReadOnlyList<Flight> flights, CancellationToken cancellation)
    {
        foreach (var flight in flights)
        {
            var work = RoundStep.Order(plan, store, round, flight);
            await pool.DispatchAsync(work, cancellation).ConfigureAwait(false);
            observer.OnDispatched(work.Order.Key);
        }
    }

    private RoundReport Report(Round round, int version, IEnumerable<KeyValuePair<string, double>> metrics, TimeSpan training, TimeSpan elapsed) => new(
        version,
        round.Cohort,
        [.. round.Updates(Exchange.Train.Name).Select(update => update.Client)],
        round.TrainLoss(Exchange.Train.Name),
        new SortedDictionary<string, double>(metrics.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        round.Traffic(),
        elapsed.TotalSeconds)
    {
        TrainingSeconds = training.TotalSeconds,
        Clock = round.Updates(Exchange.Train.Name).Max(update => update.At),
        Staleness = [.. round.Updates(Exchange.Train.Name).Select(update => round.Version - update.Version)],
        CalledOff = store.InFlight.Count(flight => flight.Exchange == Exchange.Train.Name && flight.Version <= round.Version - PaceRules.MostStale(round.Method.Pace)),
    };
}
