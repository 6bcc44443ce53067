using Tributary.Federation.Results;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>Watches a comparison for a person. Calls come from several threads.</summary>
public interface IComparisonProgress
{
    /// <summary>Work on a data set with a seed begins: so many runs, so many of them side by side.</summary>
    void Opened(string data, long seed, int runs, int sideBySide);

    /// <summary>The share of one run that has been done since it was last told, 0…1.</summary>
    void Advanced(double share);

    /// <summary>A run is whole; its folder and result are null where it failed.</summary>
    void Finished(ComparedRun run, RunFolder? folder, RunResult? result);
}
