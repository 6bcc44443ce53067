using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>What prompt tuning, p-tuning and prefix tuning are resolved to: virtual rows, where they act, and the classifier of a model that has one.</summary>
internal sealed class VirtualTokenAdapter : IAdapter
{
    private readonly IVirtualPlace place;

    /// <summary>Checks that a sequence still fits behind the rows.</summary>
    /// <exception cref="InputException">It does not, or the model reads its text in two parts.</exception>
    public VirtualTokenAdapter(AdapterConfig config, LanguageModel model, string name, int count, IRowLayout rows, IVirtualPlace place)
    {
        if (model.Shape.Task == HeadTask.ConditionalGeneration)
        {
            throw new InputException("virtual tokens are not supported in encoder-decoder models; use lora or a bottleneck there");
        }

        if (count >= model.Shape.Positions)
        {
            throw new InputException($"{count} virtual tokens leave no room for text in the model's context of {model.Shape.Positions} positions");
        }

        (Config, Name, Model, Count, Layout, this.place) = (config, name, model, count, rows, place);
        Saved = ModulesToSave.Find(model, name, "base_model.", [], config.TaskType);
        Tensors = [.. rows.Tensors, .. Saved.SelectMany(m => m.Tensors)];
    }

    /// <inheritdoc/>
    public AdapterConfig Config { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>The model it was resolved against.</summary>
    public LanguageModel Model { get; }

    /// <summary>Number of virtual tokens.</summary>
    public int Count { get; }

    /// <summary>What the rows are made of.</summary>
    public IRowLayout Layout { get; }

    /// <summary>The classifier.</summary>
    public IReadOnlyList<SavedModule> Saved { get; }

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new([.. Layout.Initial(seed), .. Saved.SelectMany(m => m.Initial())]);

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        SavedModule.RequireWhole(Tensors[0].Key, weight);
        place.Attach(set, Layout.Attach(find));
        foreach (var module in Saved)
        {
            module.Attach(set, find, weight);
        }
    }
}
