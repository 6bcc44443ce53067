using Tributary.Learning.FrozenLayers;

namespace Tributary.Simulation.Runs;

/// <summary>
/// The learners of a run: a pool for every base, with a store of its own for what its frozen lower blocks give, so that only clients of one base ever pass it together.
/// </summary>
public sealed class LearnerPools : IDisposable
{
    private readonly RunSetup setup;
    private readonly List<IDisposable> stores = [];
    private readonly Dictionary<Backbone, LearnerPool> pools = [];

    /// <summary>Makes the learners of a run.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="scratch">Path of the scratch files for what frozen blocks give, those of further bases with their number behind it; null keeps nothing.</param>
    public LearnerPools(RunSetup setup, string? scratch)
    {
        this.setup = setup;
        foreach (var (backbone, i) in setup.Backbones.All.Select((backbone, i) => (backbone, i)))
        {
            var store = scratch is null ? null : new ActivationStore(backbone.Model, i == 0 ? scratch : $"{scratch}-{i}", setup.LimitsOfEach);
            if (store is not null)
            {
                stores.Add(store);
            }

            pools[backbone] = new LearnerPool(backbone.Model, backbone.Adapters, backbone.Objective, setup.ParallelOf(backbone), store, setup.SharedPassOf(backbone).Clients);
        }
    }

    /// <summary>Learners over the experiment's own base.</summary>
    public LearnerPool Own => pools[setup.Backbones.Own];

    /// <summary>Learners over a base.</summary>
    public LearnerPool On(Backbone backbone) => pools[backbone];

    /// <summary>Learners over the base that a client trains on.</summary>
    public LearnerPool Of(string client) => pools[setup.Backbones.Of(client)];

    /// <summary>Learners over the base that an owner's rows are measured with.</summary>
    public LearnerPool Measuring(string owner) => pools[setup.MeasuredOn(owner)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in pools.Values)
        {
            pool.Dispose();
        }

        stores.ForEach(store => store.Dispose());
    }
}
