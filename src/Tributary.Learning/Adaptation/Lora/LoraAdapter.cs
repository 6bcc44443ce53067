using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Adaptation.Targets;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>LoRA resolved against a model: low-rank factors at its target modules, biases that are trained with them, and modules saved whole.</summary>
public sealed class LoraAdapter : IMergeable
{
    private const string Prefix = "base_model.model.";
    private readonly LoraSite[] sites;
    private readonly (BaseTensor Base, TensorKey Key)[] biases;
    private readonly IReadOnlyList<SavedModule> saved;

    /// <summary>Finds the target modules.</summary>
    /// <exception cref="InputException">No module matches, a pattern cannot be used, or DoRA is asked for at an embedding.</exception>
    public LoraAdapter(LoraConfig config, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        (Config, Name) = (config, name);
        var targets = new ModuleSelection(config.Targets ?? model.Shape.DefaultTargets, config.TargetPattern, config.Layers, config.LayersPattern);
        sites = [.. targets.Find(model, m => m is Embedding or Linear { Rest: null }).Select(Site)];
        saved = ModulesToSave.Find(model, name, Prefix, config.Save ?? [], config.TaskType);
        biases = [.. TrainedBiases(model).Select(b => (b, BiasKey(b)))];
        Tensors = [.. sites.SelectMany(s => s.Tensors), .. biases.Select(b => (b.Key, b.Base.Shape)), .. saved.SelectMany(s => s.Tensors)];
    }

    /// <summary>The settings.</summary>
    public LoraConfig Config { get; }

    /// <inheritdoc/>
    AdapterConfig IAdapter.Config => Config;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>The adapted modules with rank, scale and the keys of their factors.</summary>
    public IReadOnlyList<LoraSite> Sites => sites;

    /// <summary>Biases of the base that are trained too.</summary>
    public IReadOnlyList<TensorKey> Biases => [.. biases.Select(b => b.Key)];

    /// <summary>The modules saved whole.</summary>
    public IReadOnlyList<SavedModule> SavedModules => saved;

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new(
        [.. sites.SelectMany(s => s.Initial(seed)), .. biases.Select(b => new HostTensor(b.Key, b.Base.Shape, b.Base.ReadValues())), .. saved.SelectMany(s => s.Initial())]);

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var site in sites)
        {
            site.Attach(set, find, weight);
        }

        foreach (var (tensor, key) in biases)
        {
            SavedModule.RequireWhole(key, weight);
            set.Replace(tensor, find(key));
        }

        foreach (var module in saved)
        {
            module.Attach(set, find, weight);
        }
    }

    /// <summary>
    /// True when the adapter is low-rank factors at linear layers of the blocks alone, so that those of several clients can act in one pass, each on its own client's rows.
    /// </summary>
    internal bool ActsByRow => Biases.Count + SavedModules.Count == 0 && Array.TrueForAll(sites, s => s is { Magnitude: null, Module: Linear { IsOutputLayer: false } });

    /// <summary>Points the model's modules at the values of several clients, as <see cref="TokenRows.Clients"/> counts them.</summary>
    internal void Attach(AdapterSet set, IReadOnlyList<Func<TensorKey, Parameter>> clients)
    {
        foreach (var site in sites)
        {
            site.Attach(set, clients);
        }
    }

    /// <inheritdoc/>
    public void Merge(MergedWeights weights, ParameterSet values)
    {
        weights.Save(saved, values);
        weights.Replace(biases, values);
        foreach (var site in sites)
        {
            weights.Add(site.Module, site.Delta(values), 1);
        }
    }

    /// <inheritdoc/>
    public void Unmerge(MergedWeights weights, ParameterSet values)
    {
        foreach (var site in sites)
        {
            weights.Add(site.Module, site.Delta(values), -1);
        }

        weights.Restore(saved);
        weights.Restore(biases.Select(b => b.Base));
    }

    private LoraSite Site(IWeightedModule module)
    {
        var rank = ModulePattern.Value(module.Path, Config.RankPattern, Config.Rank);
        var scale = Config.Scale(rank, ModulePattern.Value(module.Path, Config.AlphaPattern, Config.Alpha));
        if (module is Linear)
        {
            var (a, b) = (Key(module, "lora_A", ".lora_A.weight"), Key(module, "lora_B", ".lora_B.weight"));
            return new LoraSite(module, rank, scale, (float)Config.Dropout, a, b, Config.Dora ? Key(module, "lora_magnitude_vector", ".lora_magnitude_vector") : null);
        }

        return Config.Dora
            ? throw new InputException($"DoRA is for linear layers, and {module.Path} is an embedding; leave it out of the targets")
            : new LoraSite(module, rank, scale, 0, Key(module, "lora_A", ".lora_embedding_A"), Key(module, "lora_B", ".lora_embedding_B"));
    }

    private IEnumerable<BaseTensor> TrainedBiases(LanguageModel model) => Config.Bias switch
    {
        LoraBias.LoraOnly => sites.Select(s => s.Module.Bias).OfType<BaseTensor>(),

        // What modules saved whole bring is theirs; the name is enough for PEFT, also inside of a longer one.
        LoraBias.All => model.Tensors.Where(t => t.Key.Name.Contains("bias", StringComparison.Ordinal) && !saved.Any(s => s.Module.Weight == t || s.Module.Bias == t)),
        _ => [],
    };

    // The bias of an adapted layer belongs to what the layer was before.
    private TensorKey BiasKey(BaseTensor bias)
    {
        var site = Array.Find(sites, s => s.Module.Bias == bias);
        var name = site is null ? bias.Key.Name : site.Module.Path + ".base_layer.bias";
        return bias.Key with { Adapter = Name, Name = Prefix + name };
    }

    private TensorKey Key(IWeightedModule module, string role, string end) => new(TensorKey.MainModel, Name, module.Layer, role, Prefix + module.Path + end);
}
