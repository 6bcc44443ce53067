using System.Globalization;
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
        var result = File.Exists(folder.Result) ? Finished(terminal, setup, folder) : Watch(terminal, setup, folder);
        AtomicFile.WriteText(folder.Report, RunPage.Render(new RunReport(setup.Name, result, StoredExperiment.Describe(folder))));
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

    private static RunResult Finished(Terminal terminal, RunSetup setup, RunFolder folder)
    {
        try
        {
            var result = RunResultFile.Read(folder.Result);
            terminal.Error.WriteLine($"{folder.Root} holds this run, finished: nothing to do (delete the folder to run it anew)");
            if (folder.DamageOf(setup.Plan) is not { } damage)
            {
                return result;
            }

            terminal.Error.WriteLine($"warning: the result is whole, but its state is not: {damage}");
            return result with { Artifacts = result.Artifacts with { State = null } };
        }
        catch (InputException damaged)
        {
            throw new InputException($"{damaged.Message}; delete that file, then 'tributary resume {folder.Root}' writes it again", damaged);
        }
    }

    private static RunResult Watch(Terminal terminal, RunSetup setup, RunFolder folder)
    {
        foreach (var warning in setup.Warnings)
        {
            terminal.Error.WriteLine($"warning: {warning.What}");
        }

        try
        {
            var total = (double)setup.Rounds * setup.Trainers.Count + (setup.LocalBaseline ? setup.Owners.Count : 0);
            return Work.Run(terminal, setup.Name, total, bar =>
                new RunStudy(setup, folder, terminal.Time, new Progress(setup, terminal, bar)).RunAsync(terminal.Interrupted).GetAwaiter().GetResult().Result);
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
                round.Round.ToString(CultureInfo.InvariantCulture), Format.Loss(round.TrainLoss), Format.Loss(round.ValidationLoss),
                Format.Bytes(round.BytesUp), Format.Bytes(round.BytesDown), Format.Duration(round.Seconds));
        }

        terminal.Results.Write(rounds);
        var summary = new Table().Border(TableBorder.Rounded).AddColumns("on the union of the validation rows", "loss");
        foreach (var (name, metrics) in new[] { ("before training", result.Initial), ("owners alone, mean", result.Local), (Federated(result), result.Final.Metrics), ("pooled", result.Pooled) })
        {
            if (metrics is not null)
            {
                summary.AddRow(name, Format.Loss(metrics.Loss));
            }
        }

        if (result.Final.Metrics.Find(Metrics.TestLossName) is { } test)
        {
            summary.AddRow($"{result.Trained}, on the test rows", Format.Loss(test));
        }

        terminal.Results.Write(summary);
    }

    private static string Federated(RunResult result) =>
        result.Final.Round < result.Rounds.Count ? string.Create(CultureInfo.InvariantCulture, $"{result.Trained}, best round ({result.Final.Round})") : result.Trained;

    private sealed class Progress(RunSetup run, Terminal terminal, IBar bar) : IRunProgress
    {
        private readonly Lock gate = new();
        private double done;

        public void Started(RunSetup setup, double? loss) => Say(0, loss);

        public void Update(string client) => Advance();

        public void Baseline(string owner) => Advance();

        public void Round(RoundResult round)
        {
            Say(round.Round, round.ValidationLoss);
            if (!terminal.ShowsProgress)
            {
                terminal.Error.WriteLine($"round {round.Round}: training loss {Format.Loss(round.TrainLoss)}, validation loss {Format.Loss(round.ValidationLoss)}");
            }
        }

        private void Say(int round, double? loss) => bar.Say(
            $"{run.Name}: {(round < run.Rounds ? $"round {round + 1} of {run.Rounds}" : "baselines and measurements")}, validation loss {Format.Loss(loss)}");

        private void Advance()
        {
            lock (gate)
            {
                bar.Report(++done);
            }
        }
    }
}
