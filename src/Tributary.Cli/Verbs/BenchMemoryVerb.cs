using System.CommandLine;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Numerics.Benchmarks;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench memory</c>: read and triad bandwidth.</summary>
internal static class BenchMemoryVerb
{
    public static Command Create(Terminal terminal)
    {
        var threads = Options.Threads();
        var json = Options.Json();
        var verb = new Command("memory", "bandwidth of memory") { threads, json };
        verb.SetAction(parsed =>
        {
            var result = MemoryBenchmark.Run(parsed.GetValue(threads), terminal.Time);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result, CliJson.Default.MemoryBenchmarkResult);
            }
            else
            {
                terminal.Results.Write(BenchGemmVerb.Rows("GB/s", ("read", result.Read), ("triad", result.Triad)));
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
