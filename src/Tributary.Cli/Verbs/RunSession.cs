using Spectre.Console;
using Tributary.Cli.Shell;
using Tributary.Federation.Results;
using Tributary.Numerics;
using Tributary.Reports.Markup;
using Tributary.Reports.Pages;
using Tributary.Simulation.Runs;

namespace Tributary.Cli.Verbs;

/// <summary>What run and resume share: the study, its report page, and what a person or a script is told.</summary>
internal static class RunSession
{
    public static int Run(Terminal terminal, RunSetup setup, RunFolder folder, bool json)
    {
        var result = File.Exists(folder.Result) ? Finished(terminal, folder) : Watch(terminal, setup, folder);
        AtomicFile.WriteText(folder.Report, RunPage.Render(new RunReport(setup.Name, result, File.ReadAllText(folder.Experiment))));
        if (json)
        {
            terminal.WriteJson(result, ResultsJson.Default.RunResult);
        }
        else
        {
            Print(terminal, result);
        }

        terminal.Error.WriteLine($"wrote {folder.Result}, {folder.Report} and {folder.Adapter}");
        return ExitCode.Done;
    }

    private static RunResult Finished(Terminal terminal, RunFolder folder)
    {
        terminal.Error.WriteLine($"{folder.Root} holds this run, finished: nothing to do (delete the folder to run it anew)");
        return RunResultFile.Read(folder.Result);
    }

    private static RunResult Watch(Terminal terminal, RunSetup setup, RunFolder folder)
    {
        foreach (var warning in setup.Warnings)
        {
            terminal.Error.WriteLine($"warning: {warning.What}");
        }

        try
        {
            var total = (double)setup.Rounds * setup.Owners.Count + (setup.LocalBaseline ? setup.Owners.Count : 0);
            return Work.Run(terminal, setup.Name, total, bar =>
                new RunStudy(setup, folder, terminal.Time, new Progress(terminal, bar)).RunAsync(terminal.Interrupted).GetAwaiter().GetResult().Result);
        }
        catch (OperationCanceledException stopped)
        {
            throw new InterruptedException($"interrupted; everything acknowledged is saved: continue with 'tributary resume {folder.Root}'", stopped);
        }
        catch (RunException failed) when (failed.InnerException is { } disk && DiskFailure.Is(disk))
        {
            throw new RunException($"{failed.Message}; what was reached is saved: make room, then continue with 'tributary resume {folder.Root}'", failed);
        }
    }

    private static void Print(Terminal terminal, RunResult result)
    {
        var rounds = new Table().Border(TableBorder.Rounded).AddColumns("round", "training loss", "validation loss", "sent", "received", "time");
        foreach (var round in result.Rounds)
        {
            rounds.AddRow(
                round.Round.ToString(System.Globalization.CultureInfo.InvariantCulture), Format.Loss(round.TrainLoss), Format.Loss(round.ValidationLoss),
                Format.Bytes(round.BytesUp), Format.Bytes(round.BytesDown), Format.Duration(round.Seconds));
        }

        terminal.Results.Write(rounds);
        var summary = new Table().Border(TableBorder.Rounded).AddColumns("on the union of the validation rows", "loss");
        summary.AddRow("before training", Format.Loss(result.Initial?.Loss));
        summary.AddRow("owners alone, mean", Format.Loss(result.Local?.Loss));
        summary.AddRow("federated", Format.Loss(result.Final.Metrics.Loss));
        summary.AddRow("pooled", Format.Loss(result.Pooled?.Loss));
        terminal.Results.Write(summary);
    }

    private sealed class Progress(Terminal terminal, IProgress<double> bar) : IRunProgress
    {
        private readonly Lock gate = new();
        private double done;

        public void Update(string client) => Advance();

        public void Baseline(string owner) => Advance();

        public void Round(RoundResult round)
        {
            if (!terminal.ShowsProgress)
            {
                terminal.Error.WriteLine($"round {round.Round}: training loss {Format.Loss(round.TrainLoss)}, validation loss {Format.Loss(round.ValidationLoss)}");
            }
        }

        private void Advance()
        {
            lock (gate)
            {
                bar.Report(++done);
            }
        }
    }
}
