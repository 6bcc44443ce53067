using System.Globalization;
using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Federation.Results;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>
/// All methods on one data set with one seed: the baselines first, then each method in a folder of its own. What is whole already is read, what was begun goes on. A method that does
/// not take the adapters that the file names trains its own.
/// </summary>
internal sealed class ExperimentRuns(string data, string file, int shift, ComparisonFolder folder, IRunPlayer player, TimeProvider time, IComparisonProgress progress)
{
    /// <summary>Opens model and data and closes them again, so that what is wrong with them is found before anything has run.</summary>
    /// <exception cref="InputException">Something is missing, damaged, or does not belong together.</exception>
    public void Check() => RunSetupReader.Read(Open()).Dispose();

    /// <summary>Runs what is not whole yet; the rows are the baselines' and then the methods', in order.</summary>
    public async Task<(ComparedData Data, IReadOnlyList<ComparedRun> Rows)> RunAsync(IReadOnlyList<Method> methods, CancellationToken cancel)
    {
        var experiment = Open();
        using var setup = RunSetupReader.Read(experiment);
        var seed = setup.Seed;
        var sideBySide = Math.Clamp(methods.Count, 1, setup.Parallel);
        progress.Opened(data, seed, methods.Count + 1, sideBySide);
        var study = new BaselineStudy(setup, file, folder.Baselines(data, seed), time);
        var wereWhole = study.IsWhole;
        var baselines = await study.RunAsync(cancel).ConfigureAwait(false);
        progress.Baselines(wereWhole);
        var threads = Math.Max(1, (experiment.Backend.Threads ?? Environment.ProcessorCount) / sideBySide);
        var rows = new ComparedRun[methods.Count];
        var limit = new ParallelOptions { MaxDegreeOfParallelism = sideBySide, CancellationToken = cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, methods.Count), limit, async (i, token) =>
            rows[i] = await RunAsync(setup, methods[i], threads, baselines, token).ConfigureAwait(false)).ConfigureAwait(false);
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

    private async Task<ComparedRun> RunAsync(RunSetup opened, Method method, int threads, BaselineResult baselines, CancellationToken cancel)
    {
        var takes = AdaptationFit.Takes(method, opened.Method.Adaptation);
        string[] settings = [.. Settings(method, opened.Seed), .. takes ? Array.Empty<string>() : ["adaptation=own"]];
        var run = new PlannedRun(file, [.. settings, $"backend.threads={threads}"], folder.Run(data, method.Id, opened.Seed));
        var wasWhole = File.Exists(run.Folder.Result);
        var failure = Refusal(opened, settings) is { } refusal ? $"refused: {refusal}" : await FailureAsync(opened, run, cancel).ConfigureAwait(false);
        var row = new ComparedRun { Data = data, Method = method.Id, Seed = (ulong)opened.Seed, Failure = failure };
        if (failure is null)
        {
            var result = RunResultFile.Read(run.Folder.Result);
            row = Filled(row, result, baselines) with { OwnAdaptation = takes ? null : new OwnAdaptation(AdaptationFit.KindOf(method.Adaptation), result.Subject.Trainable) };
        }

        progress.Finished(row, wasWhole);
        return row;
    }

    private string? Refusal(RunSetup opened, IReadOnlyList<string> settings)
    {
        try
        {
            RunSetupReader.Require(opened, ExperimentFile.Read(file, settings));
            return null;
        }
        catch (InputException refused)
        {
            return refused is ImpossibleException { Reasons: var reasons } ? string.Join("; ", reasons) : refused.Message;
        }
    }

    // Plays what is not whole; why that did not go, if it did not.
    private async Task<string?> FailureAsync(RunSetup opened, PlannedRun run, CancellationToken cancel)
    {
        if (File.Exists(run.Folder.Origin))
        {
            StoredExperiment.RequireSame(run.Folder, ExperimentFile.Read(run.File, run.Settings), opened.Inputs);
        }

        if (File.Exists(run.Folder.Result))
        {
            return null;
        }

        try
        {
            await player.PlayAsync(run, cancel).ConfigureAwait(false);
            return null;
        }
        catch (InputException refused)
        {
            return $"refused: {refused.Message}";
        }
        catch (RunException failed)
        {
            return $"failed: {failed.Message}";
        }
    }

    private static ComparedRun Filled(ComparedRun row, RunResult result, BaselineResult baselines)
    {
        var travelled = 0L;
        var errors = result.Rounds.Select(round => round.AggregationError).OfType<double>().ToArray();
        return row with
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
}
