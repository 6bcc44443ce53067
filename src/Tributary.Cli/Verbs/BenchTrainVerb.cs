using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Numerics.Cpu;
using Tributary.Reports.Markup;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench train</c>: a complete training step of a known architecture with random weights.</summary>
internal static class BenchTrainVerb
{
    public static Command Create(Terminal terminal)
    {
        var preset = Options.OneOf("--preset", "architecture", "gpt2-124m", [.. ModelPreset.All.Select(p => p.Name)]);
        var adaptation = Options.OneOf("--adaptation", "what is trained", "lora-r8", "lora-r8", "full");
        var batch = Options.Whole("--batch", "samples in a step", 4, 1, 1 << 16);
        var length = Options.Whole("--length", "tokens in a sample", 128, 2, 1 << 20);
        var threads = Options.Threads();
        var dtype = Options.BaseDtype();
        var steps = Options.Whole("--steps", "steps to measure", 10, 1, 1_000_000);
        var profile = new Option<bool>("--profile") { Description = "show where the step's time goes" };
        var json = Options.Json();
        var verb = new Command("train", "a training step: forward, backward, clipping, AdamW") { preset, adaptation, batch, length, threads, dtype, steps, profile, json };
        verb.SetAction(parsed =>
        {
            var options = new TrainBenchmarkOptions(
                ModelPreset.Named(parsed.GetRequiredValue(preset)), parsed.GetRequiredValue(adaptation), parsed.GetValue(batch), parsed.GetValue(length),
                Options.Storage(parsed, dtype), parsed.GetValue(steps));
            var document = TrainBenchDocument.Of(parsed.GetValue(profile)
                ? TrainProfile.Run(options, parsed.GetValue(threads), terminal.Time, terminal.Interrupted)
                : Plain(options, parsed.GetValue(threads), terminal));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(document, CliJson.Default.TrainBenchDocument);
            }
            else
            {
                terminal.Results.Write(Table(document));
                if (document.Profile is { } found)
                {
                    terminal.Results.Write(Parts(found));
                    terminal.Results.Write(Products(found));
                    terminal.Results.WriteLine(
                        $"Matrix products run at {Number(found.GemmGflops)} Gflop/s: {Number(found.GemmPercentOfCeiling)} % of the {Number(found.CeilingGflops)} Gflop/s that multiply-adds alone reach.");
                }
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static TrainBenchmarkResult Plain(TrainBenchmarkOptions options, int threads, Terminal terminal)
    {
        using var backend = new CpuBackend(threads);
        return TrainBenchmark.Run(options, backend, terminal.Time, terminal.Interrupted);
    }

    private static Table Parts(ProfileDocument profile)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("mean step", "ms", "%");
        foreach (var (name, part) in new[]
        {
            ("matrix products", profile.Gemm), ("attention", profile.Attention), ("norms", profile.Norms), ("activations", profile.Activations), ("cross-entropy", profile.CrossEntropy),
            ("optimizer", profile.Optimizer), ("other", profile.Other), ("idle: threads waiting", profile.Idle), ("step", new PartDocument(profile.StepMs, 100)),
        })
        {
            table.AddRow(name, Number(part.Ms), Number(part.Percent));
        }

        return table;
    }

    private static Table Products(ProfileDocument profile)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("products", "rows", "columns", "depth", "calls", "ms", "Gflop/s");
        foreach (var product in profile.Products)
        {
            table.AddRow(
                product.Kind, Number(product.Rows), Number(product.Columns), Number(product.Depth), Number(product.Calls), Number(product.Ms), Number(product.Gflops));
        }

        return table;
    }

    private static Table Table(TrainBenchDocument result) => new Table().Border(TableBorder.Rounded).AddColumns("", "best", "median")
        .AddRow("tokens per second", Number(result.TokensPerSecond.Best), Number(result.TokensPerSecond.Median))
        .AddRow("step, ms", Number(result.StepMs.Best), Number(result.StepMs.Median))
        .AddRow("matrix products, Gflop/s", "", Number(result.GemmGflops))
        .AddRow("garbage per step", "", Format.Bytes(result.GcBytesPerStep))
        .AddRow("first step with loading, s", "", Number(result.FirstStepSeconds))
        .AddRow("base weights", "", Format.Bytes(result.BaseBytes))
        .AddRow("peak memory", "", Format.Bytes(result.PeakRssBytes))
        .AddRow("loss, first and last", Format.Loss(result.LossFirst), Format.Loss(result.LossLast))
        .AddRow("kernels", "", result.KernelSet);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
