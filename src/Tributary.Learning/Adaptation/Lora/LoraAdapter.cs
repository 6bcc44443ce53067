using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>LoRA resolved against a model: low-rank factors at its target modules, and modules saved whole.</summary>
public sealed class LoraAdapter : IAdapter
{
    private const string Prefix = "base_model.model.";
    private readonly LoraSite[] sites;
    private readonly SavedModule[] saved;

    /// <summary>Finds the target modules.</summary>
    /// <exception cref="Numerics.InputException">No module matches, or a rank is not positive.</exception>
    public LoraAdapter(LoraConfig config, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        (Config, Name) = (config, name);
        sites = [.. LoraTargets.Resolve(config, model).Select(t => new LoraSite(
            t.Module, t.Rank, config.Scale(t.Rank, t.Alpha), Key(t.Module, "lora_A"), Key(t.Module, "lora_B")))];
        saved = [.. LoraTargets.Saved(config, model).Select(m => new SavedModule(m, Key(m, "weight"), m is Linear { Bias: not null } ? Key(m, "bias") : null))];
        Tensors = [.. sites.SelectMany(s => s.Tensors).Concat(saved.SelectMany(s => s.Tensors))];
    }

    /// <summary>The settings.</summary>
    public LoraConfig Config { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>The adapted modules with rank, scale and the keys of their factors.</summary>
    public IReadOnlyList<LoraSite> Sites => sites;

    /// <summary>The modules saved whole.</summary>
    public IReadOnlyList<SavedModule> SavedModules => saved;

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) =>
        new(sites.SelectMany(s => s.Initial(seed)).Concat(saved.SelectMany(s => s.Initial())));

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find)
    {
        foreach (var site in sites)
        {
            set.Add(site.Module, new LoraBranch(find(site.A), find(site.B), site.Scale, site.Module is Embedding ? 0 : Config.Dropout));
        }

        foreach (var module in saved)
        {
            module.Attach(set, find);
        }
    }

    private TensorKey Key(IModule module, string role)
    {
        var end = (module, role) switch
        {
            (Embedding, "lora_A") => ".lora_embedding_A",
            (Embedding, "lora_B") => ".lora_embedding_B",
            (_, "lora_A" or "lora_B") => $".{role}.weight",
            _ => $".{role}",
        };
        return new TensorKey(TensorKey.MainModel, Name, module.Layer, role is "weight" or "bias" ? "head" : role, Prefix + module.Path + end);
    }
}
