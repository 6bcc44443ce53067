using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench clients</c>: the cost of many clients' training steps over one backbone against as many steps of one.</summary>
internal static class BenchClientsVerb
{
    public static Command Create(Terminal terminal)
    {
        var preset = Options.OneOf("--preset", "architecture", "llama-260k", [.. ModelPreset.All.Select(p => p.Name)]);
        var clients = Options.Whole("--clients", "clients", 10, 1, 10_000);
        var batch = Options.Whole("--batch", "samples of a client's step", 8, 1, 1 << 12);
        var length = Options.Whole("--length", "tokens in a sample", 128, 2, 1 << 12);
        var threads = Options.Threads();
        var repetitions = Options.Whole("--repetitions", "times to measure each way", 5, 1, 10_000);
        var json = Options.Json();
        var verb = new Command("clients", "training steps of many clients over one backbone") { preset, clients, batch, length, threads, repetitions, json };
        verb.SetAction(parsed =>
        {
            var count = parsed.GetValue(threads);
            var options = new ClientsBenchmarkOptions(
                ModelPreset.Named(parsed.GetRequiredValue(preset)), parsed.GetValue(clients), parsed.GetValue(batch), parsed.GetValue(length), count == 0 ? Environment.ProcessorCount : count,
                parsed.GetValue(repetitions));
            var result = ClientsBenchmark.Measure(options, terminal.Time, terminal.Interrupted);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.ClientsBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(Table(result));
                terminal.Results.WriteLine(result.SameResults ? "together every client has the bits that it has alone" : "together clients have other bits than alone: please report this");
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Table Table(ClientsBenchmarkResult result) => new Table().Border(TableBorder.Rounded)
        .AddColumns($"{result.Steps} steps of {result.Clients} clients", "ms, best", "median", "over bare steps", "over alone")
        .AddRow("bare steps of one client, as many", Number(result.BareMs.Best), Number(result.BareMs.Median), "", "")
        .AddRow("one after another", Number(result.OneAfterAnotherMs.Best), Number(result.OneAfterAnotherMs.Median), Number(result.Ratios.OneAfterAnother), "")
        .AddRow("together", Number(result.TogetherMs.Best), Number(result.TogetherMs.Median), Number(result.Ratios.Together), Number(result.TogetherOverAlone))
        .AddRow("a thread each", Number(result.SideBySideMs.Best), Number(result.SideBySideMs.Median), Number(result.Ratios.SideBySide), "")
        .AddRow("all samples as one batch", Number(result.OneBatchMs.Best), Number(result.OneBatchMs.Median), Number(result.Ratios.OneBatch), "");

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
