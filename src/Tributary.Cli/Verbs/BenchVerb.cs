using System.CommandLine;
using System.CommandLine.Invocation;
using Tributary.Cli.Shell;

namespace Tributary.Cli.Verbs;

/// <summary><c>bench NAME [options] --json</c>: measurements, each a verb of its own below this one.</summary>
internal static class BenchVerb
{
    public static Command Create(Terminal terminal)
    {
        var bench = new Command("bench", "measure this build on this machine")
        {
            BenchTrainVerb.Create(terminal), BenchFrozenVerb.Create(terminal), BenchPaddingVerb.Create(terminal), BenchGenerateVerb.Create(terminal), BenchGemmVerb.Create(terminal),
            BenchAttentionVerb.Create(terminal), BenchMemoryVerb.Create(terminal), BenchSimulateVerb.Create(terminal), BenchClientsVerb.Create(terminal),
            BenchAggregateVerb.Create(terminal),
        };
        foreach (var verb in bench.Subcommands)
        {
            // One step may take minutes, and not all of them can be asked to stop within.
            var measure = (SynchronousCommandLineAction)verb.Action!;
            verb.SetAction(parsed => Interruptible.Run(terminal.Interrupted, () => measure.Invoke(parsed)));
        }

        return bench;
    }
}
