using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>One run of a comparison: a run of <c>tributary run</c> into a folder.</summary>
/// <param name="File">The experiment's file.</param>
/// <param name="Settings">What is changed in it, as <c>a.b=value</c>.</param>
/// <param name="Folder">Where it goes.</param>
public sealed record PlannedRun(string File, IReadOnlyList<string> Settings, RunFolder Folder);

/// <summary>Plays the runs of a comparison, several at once; nothing of one reaches another.</summary>
public interface IRunPlayer
{
    /// <summary>Plays a run to its end, or goes on with it where it stopped: then its folder holds a result.</summary>
    /// <exception cref="Numerics.RunException">It failed; the message says why.</exception>
    /// <exception cref="Numerics.InputException">The folder holds another run, or cannot be written.</exception>
    Task PlayAsync(PlannedRun run, CancellationToken cancel);
}
