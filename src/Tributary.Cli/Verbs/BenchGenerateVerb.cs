using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Numerics.Cpu;
using Tributary.Reports.Markup;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench generate</c>: loading and generating with a known architecture and random weights.</summary>
internal static class BenchGenerateVerb
{
    public static Command Create(Terminal terminal)
    {
        var preset = Options.OneOf("--preset", "architecture", "llama-160m", [.. ModelPreset.All.Select(p => p.Name)]);
        var prompt = Options.Whole("--prompt-tokens", "tokens of the prompt", 32, 1, 1 << 20);
        var count = Options.Whole("--new-tokens", "tokens to generate", 32, 1, 1 << 20);
        var threads = Options.Threads();
        var dtype = Options.BaseDtype();
        var json = Options.Json();
        var verb = new Command("generate", "tokens a second, one after another") { preset, prompt, count, threads, dtype, json };
        verb.SetAction(parsed =>
        {
            using var backend = new CpuBackend(parsed.GetValue(threads));
            var options = new GenerateBenchmarkOptions(
                ModelPreset.Named(parsed.GetRequiredValue(preset)), Options.Storage(parsed, dtype), parsed.GetValue(prompt), parsed.GetValue(count));
            var result = GenerateBenchmark.Run(options, backend, terminal.Time, terminal.Interrupted);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.GenerateBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(Table(result));
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Table Table(GenerateBenchmarkResult result) => new Table().Border(TableBorder.Rounded).AddColumns("", "best", "median")
        .AddRow("tokens per second", Number(result.TokensPerSecond.Best), Number(result.TokensPerSecond.Median))
        .AddRow("token, ms", Number(result.TokenMs.Best), Number(result.TokenMs.Median))
        .AddRow("weights read, share of bandwidth", Format.Percent(result.BandwidthShare.Best), Format.Percent(result.BandwidthShare.Median))
        .AddRow("read bandwidth, GB/s", Number(result.ReadBandwidth.Best), Number(result.ReadBandwidth.Median))
        .AddRow("weights read per token", "", Format.Bytes(result.WeightBytesPerToken))
        .AddRow("prompt, tokens per second", "", Number(result.PromptTokensPerSecond))
        .AddRow("loading, s", "", Number(result.LoadSeconds))
        .AddRow("base weights", "", Format.Bytes(result.BaseBytes))
        .AddRow("peak memory", "", Format.Bytes(result.PeakRssBytes))
        .AddRow("kernels", "", result.KernelSet);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
