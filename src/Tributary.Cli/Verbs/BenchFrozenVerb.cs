using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Numerics.Cpu;
using Tributary.Reports.Markup;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench frozen</c>: training steps of the last blocks alone, with what the others give computed and reused.</summary>
internal static class BenchFrozenVerb
{
    public static Command Create(Terminal terminal)
    {
        var preset = Options.OneOf("--preset", "architecture", "gpt2-124m", [.. ModelPreset.All.Select(p => p.Name)]);
        var blocks = Options.Whole("--trained-blocks", "blocks that are trained, counted from the last", 3, 1, 1 << 10);
        var batch = Options.Whole("--batch", "samples in a step", 4, 1, 1 << 10);
        var length = Options.Whole("--length", "tokens in a sample", 128, 2, 1 << 10);
        var threads = Options.Threads();
        var dtype = Options.BaseDtype();
        var steps = Options.Whole("--steps", "steps to measure", 10, 1, 1_000_000);
        var json = Options.Json();
        var verb = new Command("frozen", "training steps above frozen blocks, computed each time and reused") { preset, blocks, batch, length, threads, dtype, steps, json };
        verb.SetAction(parsed =>
        {
            using var backend = new CpuBackend(parsed.GetValue(threads));
            var options = new FrozenLayersBenchmarkOptions(
                ModelPreset.Named(parsed.GetRequiredValue(preset)), parsed.GetValue(blocks), parsed.GetValue(batch), parsed.GetValue(length), Options.Storage(parsed, dtype),
                parsed.GetValue(steps));
            var folder = Directory.CreateTempSubdirectory("tributary-bench-");
            try
            {
                var result = FrozenLayersBenchmark.Run(options, backend, folder.FullName, terminal.Time, terminal.Interrupted);
                if (parsed.GetValue(json))
                {
                    terminal.WriteJson(result, CliJson.Default.FrozenLayersBenchmarkResult);
                }
                else
                {
                    terminal.Results.Write(Table(result));
                }
            }
            finally
            {
                folder.Delete(recursive: true);
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Table Table(FrozenLayersBenchmarkResult result) => new Table().Border(TableBorder.Rounded)
        .AddColumns($"{result.FrozenBlocks} of {result.OfBlocks} blocks", "step, best, ms", "median, ms", "times as fast")
        .AddRow("computed each time", Number(result.ComputedMs.Best), Number(result.ComputedMs.Median), "1")
        .AddRow("reused from memory", Number(result.FromMemoryMs.Best), Number(result.FromMemoryMs.Median), Number(result.Speedup))
        .AddRow("reused from disk", Number(result.FromDiskMs.Best), Number(result.FromDiskMs.Median), Number(result.DiskSpeedup))
        .AddRow("kept for a token", Format.Bytes(result.BytesPerToken), "", "")
        .AddRow("same losses", result.SameLosses ? "yes" : "no", "", "")
        .AddRow("kernels", result.KernelSet, "", "");

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
