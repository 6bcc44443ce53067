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
    private static readonly string[] Headings = ["method", "seeds", "loss", "accuracy", "gap closed", "worst owner", "sent", "received", "time", "memory", "averaging error"];

    // Columns of Headings, what matters most first.
    private static readonly int[] ByWeight = [0, 2, 6, 4, 3, 8, 7, 5, 1, 9, 10];

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

        if (result.NotShown is { } others)
        {
            terminal.Error.WriteLine($"not shown: {string.Join(", ", others)}, whose whole runs are in the folder; name them too in --methods, nothing is run again");
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
            var lines = result.Summary.Where(line => line.Data == data.Name).ToArray();
            terminal.Results.WriteLine($"{data.Name}: {data.Subject.Model} on {data.Subject.Data}, {data.Owners} owners ({data.Subject.Partition}), {data.Rounds} rounds");
            Print(terminal, [.. lines.Where(line => line.Loss is not null).OrderBy(line => line.Loss!.Mean).Select(Cells)]);
            foreach (var line in lines.Where(line => line.Loss is null))
            {
                terminal.Results.WriteLine($"{line.Method}: {string.Join("; ", line.Failures)}");
            }
        }
    }

    private static void Print(Terminal terminal, IReadOnlyList<string[]> rows)
    {
        var shown = ColumnFit.Choose(Headings, rows, ByWeight, terminal.Results.Profile.Width);
        var table = new Table().Border(TableBorder.Rounded).AddColumns([.. shown.Select(column => Headings[column])]);
        foreach (var row in rows)
        {
            table.AddRow([.. shown.Select(column => new Text(row[column]))]);
        }

        terminal.Results.Write(table);
        if (shown.Count < Headings.Length)
        {
            terminal.Results.WriteLine($"no room here for: {string.Join(", ", Headings.Where((_, column) => !shown.Contains(column)))} (all are in compare.html)");
        }
    }

    private static string[] Cells(ComparedMethod line) =>
        [
            line.Method, $"{line.Loss!.Count}", Format.Spread(line.Loss, value => Format.Loss(value)), Format.Spread(line.Accuracy, Format.Percent), Format.Spread(line.GapClosed, Format.Percent),
            Format.Spread(line.WorstOwner, value => Format.Loss(value)), Format.Bytes(line.BytesUp), Format.Bytes(line.BytesDown), line.Seconds > 0 ? Format.Duration(line.Seconds) : "–",
            line.PeakRssBytes > 0 ? Format.Bytes(line.PeakRssBytes) : "–", line.AggregationError is { } error ? Format.Small(error.Mean) : "–",
        ];

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
