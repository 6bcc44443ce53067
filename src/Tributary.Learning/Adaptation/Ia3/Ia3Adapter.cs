using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Adaptation.Targets;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Ia3;

/// <summary>(IA)³ resolved against a model: scaled linear layers, and modules saved whole.</summary>
public sealed class Ia3Adapter : IMergeable
{
    private const string Prefix = "base_model.model.";
    private readonly Ia3Site[] sites;
    private readonly IReadOnlyList<SavedModule> saved;

    /// <summary>Finds the target modules.</summary>
    /// <exception cref="Numerics.InputException">No module matches, a pattern cannot be used, or the family has no usual layers.</exception>
    public Ia3Adapter(Ia3Config config, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        (Config, Name) = (config, name);
        Targets = config.Targets ?? (config.TargetPattern is null ? Ia3Defaults.Of(model.Shape.Family).Targets : []);
        FeedForward = config.FeedForward ?? (config.FeedForwardPattern is null ? Ia3Defaults.Of(model.Shape.Family).FeedForward : []);
        sites = [.. new ModuleSelection(Targets, config.TargetPattern).Find(model, m => m is Linear).Cast<Linear>().Select(Site)];
        saved = ModulesToSave.Find(model, name, Prefix, config.Save ?? [], config.TaskType);
        Tensors = [.. sites.Select(s => (s.Key, s.Shape)), .. saved.SelectMany(s => s.Tensors)];
    }

    /// <summary>The settings.</summary>
    public Ia3Config Config { get; }

    /// <inheritdoc/>
    AdapterConfig IAdapter.Config => Config;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>Names of the scaled layers, those of the family when the settings named none.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>Names of the layers whose input is scaled.</summary>
    public IReadOnlyList<string> FeedForward { get; }

    /// <summary>The scaled layers.</summary>
    public IReadOnlyList<Ia3Site> Sites => sites;

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new([.. sites.Select(s => s.Initial()), .. saved.SelectMany(s => s.Initial())]);

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var site in sites)
        {
            site.Attach(set, find, weight);
        }

        foreach (var module in saved)
        {
            module.Attach(set, find, weight);
        }
    }

    /// <inheritdoc/>
    public void Merge(MergedWeights weights, ParameterSet values)
    {
        weights.Save(saved, values);
        foreach (var site in sites)
        {
            site.Merge(weights, values);
        }
    }

    /// <inheritdoc/>
    public void Unmerge(MergedWeights weights, ParameterSet values)
    {
        foreach (var site in sites)
        {
            site.Unmerge(weights, values);
        }

        weights.Restore(saved);
    }

    private Ia3Site Site(Linear module) =>
        new(module, ScalesInput(module.Path), new TensorKey(TensorKey.MainModel, Name, module.Layer, "ia3_l", $"{Prefix}{module.Path}.ia3_l"));

    // PEFT compares ends of paths as texts here, without a dot in front.
    private bool ScalesInput(string path) => Config.FeedForwardPattern is { } pattern
        ? ModulePattern.IsWhole(path, pattern)
        : FeedForward.Any(end => path.EndsWith(end, StringComparison.Ordinal));
}
