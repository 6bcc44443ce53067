using Tributary.Learning.Adaptation.Targets;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.LoraExperts;

/// <summary>A mixture of LoRA experts resolved against a model.</summary>
public sealed class LoraExpertsAdapter : IAdapter
{
    private readonly ExpertSite[] sites;
    private readonly IReadOnlyList<SavedModule> saved;

    /// <summary>Finds the target modules.</summary>
    /// <exception cref="InputException">No linear layer matches.</exception>
    public LoraExpertsAdapter(LoraExpertsConfig config, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        (Config, Name) = (config, name);
        var targets = new ModuleSelection(config.Targets ?? model.Shape.DefaultTargets, null);
        sites = [.. targets.Find(model, module => module is Linear { Rest: null }).Cast<Linear>().Select(linear => new ExpertSite(linear, name, config))];
        saved = ModulesToSave.Find(model, name, ExpertSite.Prefix, [], config.TaskType);
        Tensors = [.. sites.SelectMany(site => site.Tensors), .. saved.SelectMany(module => module.Tensors)];
    }

    /// <summary>The settings.</summary>
    public LoraExpertsConfig Config { get; }

    /// <inheritdoc/>
    AdapterConfig IAdapter.Config => Config;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new([.. sites.SelectMany(site => site.Initial(seed)), .. saved.SelectMany(module => module.Initial())]);

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var site in sites)
        {
            set.Add(site.Module, site.Branch(find, weight));
        }

        foreach (var module in saved)
        {
            module.Attach(set, find, weight);
        }
    }
}
