using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.FrozenLayers;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>What a run keeps of its frozen lower blocks, so that they are computed once for each sample: the most, when every sample is used.</summary>
/// <param name="Blocks">How many blocks, from the first on.</param>
/// <param name="OfBlocks">Blocks of the model.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="DiskBytes">Scratch file in the run's folder, gone with the process; less where the disk has no room.</param>
public sealed record ReuseForecast(int Blocks, int OfBlocks, long MemoryBytes, long DiskBytes)
{
    /// <summary>The forecast for a simulation whose learners have so many frozen blocks; null when nothing is kept.</summary>
    internal static ReuseForecast? Of(RunSetup setup, int frozenBlocks) => Of(setup, frozenBlocks, setup.Owners);

    /// <summary>The forecast for some of the owners.</summary>
    internal static ReuseForecast? Of(RunSetup setup, int frozenBlocks, IEnumerable<OwnerData> owners)
    {
        var tokens = frozenBlocks == 0 ? 0 : owners.Sum(Tokens);
        var (memory, disk) = setup.ActivationLimits.Divide(ActivationStore.BytesOf(setup.Model, tokens));
        return memory + disk == 0 ? null : new ReuseForecast(frozenBlocks, setup.Model.Shape.Layers, memory, disk);
    }

    // Training rows whose tokens are hidden anew each time never come again; those of measurements do.
    private static long Tokens(OwnerData owner) => Recurring(owner.Train) + (owner.Validation?.Tokens ?? 0) + (owner.Test?.Tokens ?? 0);

    private static long Recurring(TokenizedDataset data) => data.Masking is null ? data.Tokens : 0;
}
