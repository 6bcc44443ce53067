using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Shell;
using Tributary.Federation.Results;
using Tributary.Numerics;
using Tributary.Reports.Markup;
using Tributary.Reports.Pages;
using Tributary.Simulation.Studies.Quickstart;

namespace Tributary.Cli.Verbs;

/// <summary><c>quickstart [--out DIR] [--seed S] [--json]</c>: the whole idea on a small case, offline, from nothing.</summary>
internal static class QuickstartVerb
{
    private const string LockName = ".lock";

    public static Command Create(Terminal terminal)
    {
        var output = Options.Path("--out", "folder to write; what an earlier quickstart left there is replaced");
        output.DefaultValueFactory = _ => Path.Combine("runs", "quickstart");
        var seed = new Option<ulong>("--seed") { Description = "seed of everything", DefaultValueFactory = _ => 1 };
        var json = Options.Json();
        var verb = new Command("quickstart", "several owners, six skills, one model: alone against together, in a minute") { output, seed, json };
        verb.SetAction(parsed =>
        {
            var folder = Path.GetFullPath(parsed.GetRequiredValue(output));
            RequireOwn(folder);
            using var held = FolderLock.Take(folder, Path.Combine(folder, LockName));
            Clear(folder);
            var result = Run(terminal, folder, parsed.GetValue(seed));
            AtomicFile.WriteText(result.Report, QuickstartPage.Render(result));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, ResultsJson.Default.QuickstartResult);
            }
            else
            {
                Print(terminal, result);
            }

            terminal.Error.WriteLine($"wrote {result.Report}; the base model, the owners' data and the experiment are in {folder}");
            return ExitCode.Done;
        });
        return verb;
    }

    private static void RequireOwn(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) != LockName) && !File.Exists(Path.Combine(folder, QuickstartStudy.ExperimentName)))
        {
            throw new InputException($"{folder} holds files that are not of a quickstart; choose a new or empty folder with --out");
        }
    }

    // Only what an earlier quickstart wrote is replaced.
    private static void Clear(string folder)
    {
        foreach (var part in new[] { "model", "data", "run" }.Select(name => Path.Combine(folder, name)).Where(Directory.Exists))
        {
            Directory.Delete(part, recursive: true);
        }
    }

    private static QuickstartResult Run(Terminal terminal, string folder, ulong seed)
    {
        var said = "";
        return Work.Run(terminal, "quickstart", 1, bar => new QuickstartStudy(folder, seed, terminal.Time, (phase, share) =>
        {
            bar.Report(Share(phase, share));
            bar.Say(phase);
            if (!terminal.ShowsProgress && phase != said)
            {
                terminal.Error.WriteLine(said = phase);
            }
        }).RunAsync(terminal.Interrupted).GetAwaiter().GetResult());
    }

    // Shares of the time that the phases take.
    private static double Share(string phase, double share) => phase switch
    {
        "training the base model" => 0.55 * share,
        "training together" => 0.55 + (0.25 * share),
        "each owner training alone" => 0.8 + (0.15 * share),
        _ => 0.97,
    };

    private static void Print(Terminal terminal, QuickstartResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("owner", "holds", "alone: own skills", "alone: all six", "federated: all six");
        foreach (var owner in result.Owners)
        {
            table.AddRow(owner.Id, string.Join(", ", owner.Skills), Percent(owner.Alone.Own), Percent(owner.Alone.All), Percent(owner.Federated.All));
        }

        terminal.Results.Write(table);
        var answers = new Table().Border(TableBorder.Rounded).AddColumns("question", "right answer", "an owner without the skill", "federated");
        foreach (var sample in result.Samples)
        {
            answers.AddRow(new Text(sample.Question), new Text(sample.Expected), new Text($"{sample.Alone} ({sample.Owner})"), new Text(sample.Federated));
        }

        terminal.Results.Write(answers);
        terminal.Results.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Format.Bytes(result.Bytes.Travelled)} travelled; the owners' data are {Format.Bytes(result.Bytes.Data)} and stayed; the whole model every round would be {Format.Bytes(result.Bytes.ModelEveryRound)}."));
        terminal.Results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Seconds:0.0} s, {Format.Bytes(result.PeakRssBytes)} of memory"));
    }

    private static string Percent(double share) => Format.Percent(share);
}
