using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Head;

/// <summary>The output layer trained whole, under its own Hugging Face names.</summary>
public sealed class HeadAdapter : IMergeable
{
    private readonly IReadOnlyList<SavedModule> modules;

    /// <summary>Finds the layers of the head.</summary>
    public HeadAdapter(HeadConfig config, LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        (Config, Name) = (config, name);
        modules = ModulesToSave.Find(model, name, "", [model.Head.Path], config.TaskType);
        Tensors = [.. modules.SelectMany(m => m.Tensors)];
    }

    /// <inheritdoc/>
    public AdapterConfig Config { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new(modules.SelectMany(m => m.Initial()));

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var module in modules)
        {
            module.Attach(set, find, weight);
        }
    }

    /// <inheritdoc/>
    public void Merge(MergedWeights weights, ParameterSet values) => weights.Save(modules, values);

    /// <inheritdoc/>
    public void Unmerge(MergedWeights weights, ParameterSet values) => weights.Restore(modules);
}
