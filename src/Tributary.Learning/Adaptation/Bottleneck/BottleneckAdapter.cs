using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>Bottleneck adapters resolved against a model.</summary>
public sealed class BottleneckAdapter : IAdapter
{
    private readonly BottleneckSite[] sites;
    private readonly IReadOnlyList<SavedModule> saved;

    /// <summary>Finds the places. <paramref name="storedName"/> is the name in the tensors' own names.</summary>
    /// <exception cref="InputException">The model has no such place.</exception>
    internal BottleneckAdapter(BottleneckConfig config, LanguageModel model, string name, string storedName)
    {
        (Config, Name, StoredName, Model) = (config, name, storedName, model);
        var bottom = Math.Max(0, model.Shape.Layers - (config.Top ?? model.Shape.Layers));
        int[] layers = [.. Enumerable.Range(bottom, model.Shape.Layers - bottom).Except(config.LeaveOut ?? [])];
        LeftOut = [.. Enumerable.Range(0, model.Shape.Layers).Except(layers)];
        sites = [.. BottleneckSites.Resolve(config.AfterAttention, config.AfterFeedForward, layers, model).SelectMany(junction =>
            Enumerable.Range(0, config.Units).Select(unit =>
                new BottleneckSite(junction, name, config.Units == 1 ? storedName : $"{storedName}_{unit}", config.Size ?? Math.Max(1, (int)(junction.Width / config.ReductionFactor)))))];
        saved = ModulesToSave.Find(model, name, "", [], config.TaskType);
        Tensors = [.. sites.SelectMany(s => s.Tensors), .. saved.SelectMany(m => m.Tensors)];
    }

    /// <summary>The settings.</summary>
    public BottleneckConfig Config { get; }

    /// <inheritdoc/>
    AdapterConfig IAdapter.Config => Config;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>Blocks that carry no adapter.</summary>
    internal IReadOnlyList<int> LeftOut { get; }

    /// <summary>The name in the tensors' own names.</summary>
    internal string StoredName { get; }

    /// <summary>The model it was resolved against.</summary>
    internal LanguageModel Model { get; }

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new([.. sites.SelectMany(s => s.Initial(seed)), .. saved.SelectMany(m => m.Initial())]);

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        IBottleneckInput input = Config.IsParallel ? new ResidualStream() : Config.SeesSum ? new ResidualSum() : new SublayerOutput();
        foreach (var site in sites)
        {
            var down = new DenseProjection(find(site.DownWeight), find(site.DownBias));
            var up = new DenseProjection(find(site.UpWeight), find(site.UpBias));
            set.Add(site.Junction, new BottleneckBranch(input, down, up, Config.Activation.Kind(), weight * (float)Config.Scaling));
        }

        foreach (var module in saved)
        {
            module.Attach(set, find, weight);
        }
    }
}
