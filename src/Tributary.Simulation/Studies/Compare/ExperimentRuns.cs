using System.Globalization;
using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Federation.Results;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>
/// All methods on one data set with one seed. Model and data are opened once; every method has learners, states and a folder of its own, so that nothing of one reaches
/// another. What is whole already is read, what was begun goes on.
/// </summary>
internal sealed class ExperimentRuns(string data, string file, int shift, ComparisonFolder folder, TimeProvider time, IComparisonProgress progress)
{
    /// <summary>Opens model and data and closes them again, so that what is wrong with them is found before anything has run.</summary>
    /// <exception cref="InputException">Something is missing, damaged, or does not belong together.</exception>
    public void Check() => RunSetupReader.Read(Open()).Dispose();

    /// <summary>Runs what is not whole yet; the rows are the baselines' and then the methods', in order.</summary>
    public async Task<(ComparedData Data, IReadOnlyList<ComparedRun> Rows)> RunAsync(IReadOnlyList<Method> methods, CancellationToken cancel)
    {
        using var setup = RunSetupReader.Read(Open());
        var seed = setup.Seed;
        var sideBySide = Math.Clamp(methods.Count, 1, setup.Parallel);
        progress.Opened(data, seed, methods.Count + 1, sideBySide);
        var baselines = await new BaselineStudy(setup, file, folder.Baselines(data, seed), time).RunAsync(cancel).ConfigureAwait(false);
        progress.Advanced(1);
        var rows = new ComparedRun[methods.Count];
        var limit = new ParallelOptions { MaxDegreeOfParallelism = sideBySide, CancellationToken = cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, methods.Count), limit, async (i, token) =>
            rows[i] = await RunAsync(setup with { Parallel = setup.Parallel / sideBySide }, methods[i], seed, baselines, token).ConfigureAwait(false)).ConfigureAwait(false);
        return (new ComparedData(data, setup.Subject, setup.Owners.Count, setup.Rounds, setup.Backend.KernelSet), [.. OfBaselines(baselines, seed), .. rows]);
    }

    // The experiment of the baselines, with this seed; each of them is trained whole, whatever the owner's machine.
    private Experiment Open() => Undivided(Undivided(null).Seed + shift);

    private Experiment Undivided(long? seed) => ExperimentFile.Read(file, [.. Settings(Catalogue.FedIt, seed), "devices=~"]);

    private static string[] Settings(Method method, long? seed) =>
    [
        $"method={method.Id}", "data.local_baseline=false", "data.pooled_baseline=false",
        .. seed is { } known ? [string.Create(CultureInfo.InvariantCulture, $"seed={known}")] : Array.Empty<string>(),
    ];

    private async Task<ComparedRun> RunAsync(RunSetup opened, Method method, long seed, BaselineResult baselines, CancellationToken cancel)
    {
        var (place, settings) = (folder.Run(data, method.Id, seed), Settings(method, seed));
        var empty = new ComparedRun { Data = data, Method = method.Id, Seed = (ulong)seed };
        Experiment experiment;
        RunSetup setup;
        try
        {
            experiment = ExperimentFile.Read(file, settings);
            setup = RunSetupReader.With(opened, experiment);
        }
        catch (InputException refused)
        {
            return Without(empty, $"refused: {(refused is ImpossibleException { Reasons: var reasons } ? string.Join("; ", reasons) : refused.Message)}");
        }

        using var held = place.Take();
        StoredExperiment.Save(place, experiment, settings, setup.Inputs);
        try
        {
            var result = File.Exists(place.Result) ? RunResultFile.Read(place.Result) : await PlayAsync(setup, place, cancel).ConfigureAwait(false);
            var row = Row(empty, result, baselines);
            progress.Finished(row, place, result);
            return row;
        }
        catch (Exception error) when (IsOfThisMethod(error))
        {
            return Without(empty, $"failed: {error.Message}");
        }
    }

    private ComparedRun Without(ComparedRun empty, string why)
    {
        var row = empty with { Failure = why };
        progress.Advanced(1);
        progress.Finished(row, null, null);
        return row;
    }

    private async Task<RunResult> PlayAsync(RunSetup setup, RunFolder place, CancellationToken cancel)
    {
        using var memory = new MemoryWatch(time);
        var study = new RunStudy(setup, place, time, new Share(progress, setup.Rounds)) { PeakMemory = memory.PeakBytes };
        return (await study.RunAsync(cancel).ConfigureAwait(false)).Result;
    }

    // A full disk, a damaged folder and an interruption stop all.
    private static bool IsOfThisMethod(Exception error) =>
        error is not (OperationCanceledException or InputException) && !DiskFailure.Is(error.InnerException ?? error);

    private static ComparedRun Row(ComparedRun empty, RunResult result, BaselineResult baselines)
    {
        var travelled = 0L;
        var errors = result.Rounds.Select(round => round.AggregationError).OfType<double>().ToArray();
        return empty with
        {
            Metrics = result.Final.Metrics,
            GapClosed = GapClosed.Of(result.Final.Metrics.Loss, baselines.Local.Loss, baselines.Pooled.Loss).Value,
            Fairness = result.Final.Fairness,
            AggregationError = errors.Length == 0 ? null : errors.Average(),
            BytesUp = result.Final.BytesUp,
            BytesDown = result.Final.BytesDown,
            Seconds = result.Rounds.Sum(round => round.Seconds),
            PeakRssBytes = result.Final.PeakRssBytes,
            Curve =
            [
                new CurvePoint(0, baselines.Untrained.Loss),
                .. result.Rounds.Select(round => (Bytes: travelled += round.BytesUp + round.BytesDown, round.ValidationLoss))
                    .Where(round => round.ValidationLoss is not null).Select(round => new CurvePoint(round.Bytes, round.ValidationLoss!.Value)),
            ],
        };
    }

    private ComparedRun[] OfBaselines(BaselineResult baselines, long seed) =>
    [
        new() { Data = data, Method = ComparisonStudy.Untrained, Seed = (ulong)seed, Metrics = baselines.Untrained },
        new()
        {
            Data = data, Method = Catalogue.LocalOnly.Id, Seed = (ulong)seed, Metrics = baselines.Local, Fairness = baselines.LocalFairness, Seconds = baselines.Seconds,
            PeakRssBytes = baselines.PeakRssBytes, GapClosed = GapClosed.Of(baselines.Local.Loss, baselines.Local.Loss, baselines.Pooled.Loss).Value,
        },
        new()
        {
            Data = data, Method = Catalogue.Pooled.Id, Seed = (ulong)seed, Metrics = baselines.Pooled, Seconds = baselines.Seconds, PeakRssBytes = baselines.PeakRssBytes,
            GapClosed = GapClosed.Of(baselines.Pooled.Loss, baselines.Local.Loss, baselines.Pooled.Loss).Value,
        },
    ];

    // Committed rounds are told again when a run goes on, so that the shares of a whole run are always one.
    private sealed class Share(IComparisonProgress progress, int rounds) : IRunProgress
    {
        public void Round(RoundResult round) => progress.Advanced(1.0 / rounds);
    }
}
