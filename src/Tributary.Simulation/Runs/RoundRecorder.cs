using Tributary.Federation.Devices;
using Tributary.Federation.Ledger;
using Tributary.Federation.Parts;
using Tributary.Federation.Results;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>Turns committed rounds into the result's rounds, the event log and progress. Rounds told again on resume are logged only where the log lacks them.</summary>
internal sealed class RoundRecorder : IRunObserver
{
    private readonly RunFolder folder;
    private readonly TimeProvider time;
    private readonly IRunProgress progress;
    private readonly IReadOnlyDictionary<string, DeviceProfile>? devices;
    private readonly bool hasClock;
    private readonly bool waits;
    private readonly Waiting[] waiting;
    private readonly int logged;
    private readonly List<RoundResult> rounds = [];

    public RoundRecorder(RunFolder folder, RunSetup setup, ParameterSet initial, TimeProvider time, IRunProgress progress, int committed)
    {
        (this.folder, this.time, this.progress, devices, hasClock) = (folder, time, progress, setup.Devices, setup.Plan.AnswerTimes.AreGiven);
        waits = setup.Method.Pace is Pace.WholeCohort;
        waiting = hasClock && !waits ? [.. WaitingForAll.Of(setup.Plan, initial)] : [];
        Log(log => log.Started(new RunStarted(setup.Method.Id, setup.Rounds, setup.Owners.Count, committed))); // cuts off half a line first
        logged = LoggedRounds(folder.Events);
        foreach (var warning in setup.Warnings.Where(_ => committed == 0))
        {
            Log(log => log.Warning(warning));
        }
    }

    public IReadOnlyList<RoundResult> Rounds => rounds;

    public TrafficLedger Ledger { get; } = new();

    public void OnReceived(Update update) => progress.Update(update.Client);

    public void OnRound(RoundReport report)
    {
        Ledger.OnRound(report);
        var bytes = Ledger.Rounds[report.Round];
        var round = new RoundResult(
            report.Round, report.Participants, report.TrainLoss, Measured(UnionEvaluator.ValidationLoss), bytes.Up.Bytes, bytes.Down.Bytes, bytes.Up.ValueBytes, bytes.Down.ValueBytes, report.Seconds)
        {
            Training = new Elapsed(report.TrainingSeconds),
            Transfer = Transfers.Longest(devices, report),
            Clock = hasClock ? report.Clock : null,
            Staleness = !waits && report.Staleness is { Count: > 0 } late ? new Staleness(late.Average(), late.Max()) : null,
            CalledOff = waits ? null : report.CalledOff,
            WaitingForAll = waiting.ElementAtOrDefault(report.Round - 1),
            AggregationError = Measured(Joined.AggregationErrorMetric),
            TruncationError = Measured(Joined.TruncationErrorMetric),
        };
        rounds.Add(round);
        if (report.Round > logged)
        {
            Log(log => log.Round(round));
        }

        progress.Round(round);

        double? Measured(string name) => report.Metrics.TryGetValue(name, out var value) ? value : null;
    }

    public void Finished(FinalResult final) => Log(log => log.Finished(final));

    public void Stopped(Exception error) =>
        Log(log => log.Stopped(new RunStopped(rounds.Count + 1, error is OperationCanceledException ? "interrupted" : error.Message)));

    private static int LoggedRounds(string path) =>
        File.ReadLines(path).Count(line => line.StartsWith("{\"event\":\"round\"", StringComparison.Ordinal));

    private void Log(Action<EventLog> write)
    {
        using var log = EventLog.Open(folder.Events, time);
        write(log);
    }
}
