using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Numerics.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench gemm</c>: matrix products against the processor's multiply-add ceiling.</summary>
internal static class BenchGemmVerb
{
    public static Command Create(Terminal terminal)
    {
        var rows = Options.Whole("--m", "rows", 512, 1, 1 << 16);
        var columns = Options.Whole("--n", "columns", 3072, 1, 1 << 20);
        var inner = Options.Whole("--k", "inner dimension", 768, 1, 1 << 20);
        var threads = Options.Threads();
        var dtype = Options.BaseDtype();
        var json = Options.Json();
        var verb = new Command("gemm", "matrix products, in billions of operations per second") { rows, columns, inner, threads, dtype, json };
        verb.SetAction(parsed =>
        {
            var result = GemmBenchmark.Run(
                parsed.GetValue(rows), parsed.GetValue(columns), parsed.GetValue(inner), parsed.GetValue(threads), terminal.Time, Options.Storage(parsed, dtype));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.GemmBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(Rows(
                    "Gflop/s", ("multiply by a frozen weight", result.Multiply), ("multiply by its transpose", result.MultiplyTransposed), ("dense product", result.Gemm), ("multiply-add ceiling", result.Ceiling)));
            }

            return ExitCode.Done;
        });
        return verb;
    }

    internal static Table Rows(string unit, params ReadOnlySpan<(string Name, Rate Rate)> rates)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns(unit, "best", "median");
        foreach (var (name, rate) in rates)
        {
            table.AddRow(name, rate.Best.ToString("0.#", CultureInfo.InvariantCulture), rate.Median.ToString("0.#", CultureInfo.InvariantCulture));
        }

        return table;
    }
}
