using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Learning.Data;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench padding</c>: what uneven lengths cost a training step.</summary>
internal static class BenchPaddingVerb
{
    public static Command Create(Terminal terminal)
    {
        var data = Options.Path("--data", "file of samples to draw batches from", "FILE");
        var format = new Option<string>("--format") { Description = "format of the file, as in an experiment", DefaultValueFactory = _ => "alpaca" };
        var tokenizer = Options.Path("--tokenizer", "folder with the files of a tokenizer");
        var preset = Options.OneOf("--preset", "architecture, one that writes text", "gpt2-124m", [.. ModelPreset.All.Select(p => p.Name)]);
        var batch = Options.Whole("--batch", "samples in a step", 8, 1, 1 << 10);
        var length = Options.Whole("--max-length", "longest sample; longer ones are cut", 512, 2, 1 << 10);
        var threads = Options.Threads();
        var steps = Options.Whole("--steps", "batches to measure", 10, 1, 1_000_000);
        var json = Options.Json();
        var verb = new Command("padding", "training steps on samples of uneven length, against as many tokens in equal ones") { data, format, tokenizer, preset, batch, length, threads, steps, json };
        data.Required = tokenizer.Required = true;
        verb.SetAction(parsed =>
        {
            using var backend = new CpuBackend(parsed.GetValue(threads));
            var options = new PaddingBenchmarkOptions(
                ModelPreset.Named(parsed.GetRequiredValue(preset)), parsed.GetRequiredValue(data), DataFormats.Parse(parsed.GetRequiredValue(format)), parsed.GetRequiredValue(tokenizer),
                parsed.GetValue(batch), parsed.GetValue(length), parsed.GetValue(steps));
            var result = PaddingBenchmark.Run(options, backend, terminal.Time, terminal.Interrupted);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.PaddingBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(Table(result));
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Table Table(PaddingBenchmarkResult result) => new Table().Border(TableBorder.Rounded).AddColumns("", "lengths as drawn", "equal lengths")
        .AddRow("tokens of a batch", Number(result.Tokens), Number(result.Tokens))
        .AddRow("rows computed", Number(result.Rows), Number(result.Rows))
        .AddRow("rows if padded", Number(result.PaddedRows), "")
        .AddRow("query–key pairs", Number(result.AttentionPairs), "1")
        .AddRow("step, best, ms", Number(result.StepMs.Best), Number(result.EqualStepMs.Best))
        .AddRow("step, median, ms", Number(result.StepMs.Median), Number(result.EqualStepMs.Median))
        .AddRow("cost", result.Cost.ToString("P1", CultureInfo.InvariantCulture), "")
        .AddRow("kernels", result.KernelSet, "");

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
