using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.TensorTrain;

/// <summary>Tensor-train adapters resolved against a model.</summary>
public sealed class TensorTrainAdapter : IAdapter
{
    private readonly TrainSite[] sites;
    private readonly IReadOnlyList<SavedModule> saved;

    /// <summary>Finds the junctions and factors their widths.</summary>
    /// <exception cref="InputException">A block does not exist.</exception>
    public TensorTrainAdapter(TensorTrainConfig config, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        (Config, Name) = (config, name);
        sites = [.. BottleneckSites.Resolve(true, true, config.Layers ?? [.. Enumerable.Range(0, model.Shape.Layers)], model).Select(junction => new TrainSite(junction, name, config))];
        saved = ModulesToSave.Find(model, name, "", [], config.TaskType);
        Tensors = [.. sites.SelectMany(s => s.Tensors), .. saved.SelectMany(m => m.Tensors)];
    }

    /// <summary>The settings.</summary>
    public TensorTrainConfig Config { get; }

    /// <inheritdoc/>
    AdapterConfig IAdapter.Config => Config;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new([.. sites.SelectMany(s => s.Initial(seed)), .. saved.SelectMany(m => m.Initial())]);

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var site in sites)
        {
            set.Add(site.Junction, new BottleneckBranch(new SublayerOutput(), site.Down(find), site.Up(find), Config.Activation.Kind(), weight));
        }

        foreach (var module in saved)
        {
            module.Attach(set, find, weight);
        }
    }
}
