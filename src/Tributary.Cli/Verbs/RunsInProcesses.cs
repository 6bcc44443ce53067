using Tributary.Cli.Shell;
using Tributary.Numerics;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Compare;

namespace Tributary.Cli.Verbs;

/// <summary>Plays each run of a comparison as <c>tributary run</c> in a process of its own: its memory is its own, and what ends it ends no other.</summary>
internal sealed class RunsInProcesses(TimeProvider time) : IRunPlayer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task PlayAsync(PlannedRun run, CancellationToken cancel)
    {
        await FreeAsync(run.Folder, cancel).ConfigureAwait(false);
        string[] arguments = ["run", run.File, "--out", run.Folder.Root, .. run.Settings.SelectMany(setting => new[] { "--set", setting })];
        var (code, said) = await OwnProcess.RunAsync(arguments, cancel).ConfigureAwait(false);
        var why = said.StartsWith(Failures.Mark, StringComparison.Ordinal) ? said[Failures.Mark.Length..] : $"its process ended with {code} {said}".TrimEnd();
        switch (code)
        {
            case ExitCode.Done:
                return;
            case ExitCode.BadInput:
                throw new InputException(why);
            default:
                throw new RunException(why);
        }
    }

    // The processes of a comparison that was killed end a moment after it.
    private async Task FreeAsync(RunFolder folder, CancellationToken cancel)
    {
        for (var began = time.GetTimestamp(); ; await Task.Delay(Look, time, cancel).ConfigureAwait(false))
        {
            try
            {
                folder.Take().Dispose();
                return;
            }
            catch (InputException) when (time.GetElapsedTime(began) < Patience)
            {
            }
        }
    }
}
