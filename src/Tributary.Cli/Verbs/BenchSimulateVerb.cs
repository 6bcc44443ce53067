using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Reports.Markup;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench simulate</c>: memory of many simulated clients against one, each measured in a process of its own.</summary>
internal static class BenchSimulateVerb
{
    public static Command Create(Terminal terminal)
    {
        var clients = Options.Whole("--clients", "clients of the large round", 100, 1, 100_000);
        var threads = Options.Threads();
        var alone = new Option<bool>("--measure-only") { Description = "run one round in this process and print its memory", Hidden = true };
        var json = Options.Json();
        var verb = new Command("simulate", "memory of many simulated clients against one") { clients, threads, alone, json };
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(alone))
            {
                terminal.WriteJson(Measure(terminal, parsed.GetValue(clients), parsed.GetValue(threads)), CliJson.Default.SimulateMeasurement);
                return ExitCode.Done;
            }

            var result = SimulateBenchmarkResult.Of(InOwnProcess(1, parsed.GetValue(threads)), InOwnProcess(parsed.GetValue(clients), parsed.GetValue(threads)));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.SimulateBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(Table(result));
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static SimulateMeasurement InOwnProcess(int clients, int threads)
    {
        var output = OwnProcess.Output(
            "bench", "simulate", "--clients", clients.ToString(CultureInfo.InvariantCulture), "--threads", threads.ToString(CultureInfo.InvariantCulture), "--measure-only");
        return JsonSerializer.Deserialize(output, CliJson.Default.SimulateMeasurement)!;
    }

    private static SimulateMeasurement Measure(Terminal terminal, int clients, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-bench-");
        try
        {
            return SimulateBenchmark.MeasureAsync(clients, threads, folder.FullName, terminal.Time, terminal.Interrupted).GetAwaiter().GetResult();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Table Table(SimulateBenchmarkResult result) => new Table().Border(TableBorder.Rounded).AddColumns("", "")
        .AddRow("one client", Format.Bytes(result.RssOne))
        .AddRow($"{result.Clients} clients", Format.Bytes(result.RssMany))
        .AddRow("difference", Format.Bytes(result.Difference))
        .AddRow("allowed", Format.Bytes(result.Allowed))
        .AddRow("one adapter", Format.Bytes(result.AdapterBytes))
        .AddRow("its moments", Format.Bytes(result.MomentBytes));
}
