using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Simulation.Verification;

namespace Tributary.Cli.Verbs;

/// <summary><c>verify DIR [--json]</c>: the numeric reference fixtures against this build.</summary>
internal static class VerifyVerb
{
    public static Command Create(Terminal terminal)
    {
        var folder = Options.PathArgument("DIR", "folder with math/, models/, peft/, runs/, tokenizers/, quant/");
        var json = Options.Json();
        var verb = new Command("verify", "check this build against numeric reference fixtures") { folder, json };
        verb.SetAction(parsed =>
        {
            var outcomes = GoldenSuite.Run(parsed.GetRequiredValue(folder), terminal.ShowsProgress ? new Lines(terminal) : null);
            var document = VerifyDocument.Of(outcomes);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(document, CliJson.Default.VerifyDocument);
            }
            else
            {
                terminal.Results.Write(Table(document));
                terminal.Results.WriteLine($"{document.Passed} passed, {document.Failed} failed, {document.Skipped} skipped");
            }

            return document.Failed > 0 ? ExitCode.Failed : ExitCode.Done;
        });
        return verb;
    }

    private static Table Table(VerifyDocument document)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("fixture", "status", "worst ÷ tolerance", "why");
        foreach (var fixture in document.Fixtures)
        {
            var worst = fixture.Status == "skipped" ? "" : fixture.WorstRatio.ToString("G3", CultureInfo.InvariantCulture);
            table.AddRow(new Text(fixture.Path), new Text(fixture.Status), new Text(worst), new Text(fixture.Why ?? ""));
        }

        return table;
    }

    private sealed class Lines(Terminal terminal) : IProgress<FixtureOutcome>
    {
        public void Report(FixtureOutcome value) => terminal.Error.WriteLine($"{value.Status.ToString().ToLowerInvariant(),-8}{value.Path}");
    }
}
