using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>What a run keeps of its frozen lower blocks, so that they are computed once for each sample: the most, when every sample is used.</summary>
/// <param name="Blocks">How many blocks, from the first on.</param>
/// <param name="OfBlocks">Blocks of the model.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="DiskBytes">Scratch file in the run's folder, gone with the process; less where the disk has no room.</param>
public sealed record ReuseForecast(int Blocks, int OfBlocks, long MemoryBytes, long DiskBytes)
{
    /// <summary>The forecast for a simulation, over all of its bases; blocks are those of the first that has any frozen. Null when nothing is kept.</summary>
    internal static ReuseForecast? Of(RunSetup setup, IReadOnlyDictionary<Backbone, MeasuredSteps> steps)
    {
        ReuseForecast[] each = [.. setup.InUse.Select(backbone => Of(
            setup.LimitsOfEach, backbone.Model, steps[backbone].FrozenBlocks, setup.InUse.Count == 1 ? setup.Owners : setup.Owners.Where(owner => setup.Backbones.Of(owner.Id) == backbone))).OfType<ReuseForecast>()];
        return each.Length == 0 ? null : each[0] with { MemoryBytes = each.Sum(one => one.MemoryBytes), DiskBytes = each.Sum(one => one.DiskBytes) };
    }

    /// <summary>The forecast for owners of one base; null when nothing is kept.</summary>
    internal static ReuseForecast? Of(ActivationLimits limits, LanguageModel model, int frozenBlocks, IEnumerable<OwnerData> owners)
    {
        var tokens = frozenBlocks == 0 ? 0 : owners.Sum(Tokens);
        var (memory, disk) = limits.Divide(ActivationStore.BytesOf(model, tokens));
        return memory + disk == 0 ? null : new ReuseForecast(frozenBlocks, model.Shape.Layers, memory, disk);
    }

    // Training rows whose tokens are hidden anew each time never come again; those of measurements do.
    private static long Tokens(OwnerData owner) => Recurring(owner.Train) + (owner.Validation?.Tokens ?? 0) + (owner.Test?.Tokens ?? 0);

    private static long Recurring(TokenizedDataset data) => data.Masking is null ? data.Tokens : 0;
}
