using System.CommandLine;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Numerics.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench attention</c>: causal attention against the processor's multiply-add ceiling.</summary>
internal static class BenchAttentionVerb
{
    public static Command Create(Terminal terminal)
    {
        var batch = Options.Whole("--batch", "sequences", 4, 1, 1 << 16);
        var length = Options.Whole("--length", "tokens in a sequence", 128, 1, 1 << 20);
        var heads = Options.Whole("--heads", "attention heads", 12, 1, 1 << 10);
        var width = Options.Whole("--width", "columns of a head", 64, 1, 1 << 10);
        var threads = Options.Threads();
        var json = Options.Json();
        var verb = new Command("attention", "causal attention, in billions of operations per second") { batch, length, heads, width, threads, json };
        verb.SetAction(parsed =>
        {
            var result = AttentionBenchmark.Run(
                parsed.GetValue(batch), parsed.GetValue(length), parsed.GetValue(heads), parsed.GetValue(width), parsed.GetValue(threads), terminal.Time);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.AttentionBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(BenchGemmVerb.Rows(
                    "Gflop/s", ("forward", result.Forward), ("gradient", result.Gradient), ("multiply-add ceiling", result.Ceiling)));
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
