using Tributary.Federation.Results;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>Watches a comparison for a person. Calls come from several threads.</summary>
public interface IComparisonProgress
{
    /// <summary>Work on a data set with a seed begins: so many runs, so many of them side by side.</summary>
    void Opened(string data, long seed, int runs, int sideBySide);

    /// <summary>The baselines of the data set and seed that were opened last are trained; or they were already.</summary>
    void Baselines(bool wereWhole);

    /// <summary>A run is whole, or failed; or it was whole already.</summary>
    void Finished(ComparedRun run, bool wasWhole);
}
