using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Reports.Markup;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench aggregate</c>: the weighted mean of spooled updates against the bandwidth of memory.</summary>
internal static class BenchAggregateVerb
{
    public static Command Create(Terminal terminal)
    {
        var clients = Options.Whole("--clients", "updates to join", 10, 1, 100_000);
        var parameters = Options.Whole("--parameters", "parameters of each", 10_000_000, 1, int.MaxValue);
        var json = Options.Json();
        var verb = new Command("aggregate", "joining spooled updates") { clients, parameters, json };
        verb.SetAction(parsed =>
        {
            var result = Measure(terminal, parsed.GetValue(clients), parsed.GetValue(parameters));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.AggregateBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(Table(result));
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static AggregateBenchmarkResult Measure(Terminal terminal, int clients, int parameters)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-bench-");
        try
        {
            return AggregateBenchmark.Measure(clients, parameters, folder.FullName, terminal.Time, terminal.Interrupted);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Table Table(AggregateBenchmarkResult result) => new Table().Border(TableBorder.Rounded).AddColumns("", "best", "median")
        .AddRow("milliseconds", Number(1e3 * result.Seconds.Best), Number(1e3 * result.Seconds.Median))
        .AddRow("GB/s", "", Number(result.GbPerSecond))
        .AddRow("triad, GB/s", Number(result.Triad.Best), Number(result.Triad.Median))
        .AddRow("share of triad", "", string.Create(CultureInfo.InvariantCulture, $"{100 * result.ShareOfTriad:0} %"))
        .AddRow("peak memory", "", Format.Bytes(result.PeakRssBytes));

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
