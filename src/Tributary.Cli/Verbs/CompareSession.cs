using Spectre.Console;
using Tributary.Cli.Shell;
using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Federation.Results;
using Tributary.Numerics;
using Tributary.Reports.Markup;
using Tributary.Reports.Pages;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Compare;

namespace Tributary.Cli.Verbs;

/// <summary>What compare and resume share: the study, its page, and what a person or a script is told.</summary>
internal static class CompareSession
{
    public static int Run(Terminal terminal, Comparison comparison, IReadOnlyList<Method> methods, ComparisonFolder folder, bool json)
    {
        var result = Watch(terminal, comparison, methods, folder);
        AtomicFile.WriteText(folder.Page, ComparisonPage.Render(result));
        if (json)
        {
            terminal.WriteJson(result, ResultsJson.Default.ComparisonResult);
        }
        else
        {
            Print(terminal, result);
        }

        terminal.Error.WriteLine($"wrote {folder.Result} and {folder.Page}; every run is a folder below {Path.Combine(folder.Root, "runs")}");
        return result.Rows.Any(row => row.Failure?.StartsWith("failed", StringComparison.Ordinal) == true) ? ExitCode.Failed : ExitCode.Done;
    }

    private static ComparisonResult Watch(Terminal terminal, Comparison comparison, IReadOnlyList<Method> methods, ComparisonFolder folder)
    {
        try
        {
            var study = new ComparisonStudy(comparison, methods, folder, new RunsInProcesses(terminal.Time), terminal.Time);
            return Work.RunLong(terminal, comparison.Name, comparison.Experiments.Count * study.RunsOfEach, bar =>
            {
                var left = new TimeLeft(terminal.Time, comparison.Experiments.Select(experiment => KeyValuePair.Create(experiment.Key, study.RunsOfEach)));
                return study.RunAsync(new Progress(terminal, bar, left), terminal.Interrupted).GetAwaiter().GetResult();
            });
        }
        catch (OperationCanceledException stopped)
        {
            throw new InterruptedException($"interrupted; whole runs and everything acknowledged are saved: continue with 'tributary resume {folder.Root}'", stopped);
        }
        catch (RunException failed) when (failed.InnerException is { } disk && DiskFailure.Is(disk))
        {
            throw new RunException($"{failed.Message}; what was reached is saved: make room, then continue with 'tributary resume {folder.Root}'", failed);
        }
    }

    private static void Print(Terminal terminal, ComparisonResult result)
    {
        foreach (var data in result.Data)
        {
            var table = new Table().Border(TableBorder.Rounded)
                .Title(Markup.Escape($"{data.Name}: {data.Subject.Model} on {data.Subject.Data}, {data.Owners} owners ({data.Subject.Partition}), {data.Rounds} rounds"))
                .AddColumns("method", "seeds", "loss", "accuracy", "gap closed", "worst owner", "sent", "received", "time", "memory", "averaging error");
            foreach (var line in result.Summary.Where(line => line.Data == data.Name).OrderBy(line => line.Loss?.Mean ?? double.PositiveInfinity))
            {
                table.AddRow([.. Cells(line).Select(cell => new Text(cell))]);
            }

            terminal.Results.Write(table);
        }
    }

    private static IEnumerable<string> Cells(ComparedMethod line)
    {
        if (line.Loss is not { } loss)
        {
            return [line.Method, "–", string.Join("; ", line.Failures)];
        }

        return
        [
            line.Method, $"{loss.Count}", Format.Spread(loss, value => Format.Loss(value)), Format.Spread(line.Accuracy, Format.Percent), Format.Spread(line.GapClosed, Format.Percent),
            Format.Spread(line.WorstOwner, value => Format.Loss(value)), Format.Bytes(line.BytesUp), Format.Bytes(line.BytesDown), line.Seconds > 0 ? Format.Duration(line.Seconds) : "–",
            line.PeakRssBytes > 0 ? Format.Bytes(line.PeakRssBytes) : "–", line.AggregationError is { } error ? Format.Small(error.Mean) : "–",
        ];
    }

    private sealed class Progress(Terminal terminal, IBar bar, TimeLeft left) : IComparisonProgress
    {
        private readonly Lock gate = new();
        private int done;
        private string where = "";

        public void Opened(string data, long seed, int runs, int sideBySide)
        {
            lock (gate)
            {
                left.Open(data);
                where = $"{data}, seed {seed}";
                bar.Say($"{where}{Remaining()}");
                Log($"{where}: {runs} runs{(sideBySide > 1 ? $", {sideBySide} side by side" : "")}");
            }
        }

        public void Baselines(bool wereWhole) => Count("each owner alone, and on pooled data", wereWhole);

        public void Finished(ComparedRun run, bool wasWhole) => Count(
            $"{run.Method}: {run.Failure ?? $"loss {Format.Loss(run.Metrics?.Loss)}, {Format.Bytes(run.BytesUp + run.BytesDown)}, {Format.Duration(run.Seconds)}"}", wasWhole);

        private void Count(string run, bool wasWhole)
        {
            lock (gate)
            {
                left.Finish(wasWhole);
                bar.Report(++done);
                bar.Say($"{where}{Remaining()}");
                Log($"{where}, {run}{(wasWhole ? " (whole already)" : "")}{Remaining()}");
            }
        }

        private string Remaining() => left.Estimate is { } time && left.Runs > 0 ? $"; {left.Runs} runs left, about {Format.Duration(time.TotalSeconds)}" : "";

        private void Log(string line)
        {
            if (!terminal.ShowsProgress)
            {
                terminal.Error.WriteLine(line);
            }
        }
    }
}
