using System.CommandLine;
using Tributary.Cli.Shell;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench NAME [options] --json</c>: measurements, each a verb of its own below this one.</summary>
internal static class BenchVerb
{
    public static Command Create(Terminal terminal) => new("bench", "measure this build on this machine")
    {
        BenchTrainVerb.Create(terminal), BenchFrozenVerb.Create(terminal), BenchPaddingVerb.Create(terminal), BenchGenerateVerb.Create(terminal), BenchGemmVerb.Create(terminal),
        BenchAttentionVerb.Create(terminal), BenchMemoryVerb.Create(terminal), BenchSimulateVerb.Create(terminal), BenchClientsVerb.Create(terminal),
        BenchAggregateVerb.Create(terminal),
    };
}
