using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Bypass;

/// <summary>A bypass resolved against a model: A [rank, width] and B [width, rank] in front of the output layer.</summary>
public sealed class BypassAdapter : IAdapter
{
    private readonly BypassConfig config;
    private readonly Models.Modules.Linear head;
    private readonly TensorKey down;
    private readonly TensorKey up;
    private readonly IReadOnlyList<SavedModule> saved;

    /// <summary>Places it in front of the model's output layer.</summary>
    public BypassAdapter(BypassConfig config, LanguageModel model, string name)
    {
        (this.config, Name, head) = (config, name, model.Head);
        (down, up) = (Key("bypass_A"), Key("bypass_B"));
        saved = ModulesToSave.Find(model, name, "", [], config.TaskType);
        Tensors = [(down, [config.Rank, head.Inputs]), (up, [head.Inputs, config.Rank]), .. saved.SelectMany(module => module.Tensors)];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public AdapterConfig Config => config;

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>Both uniform, A in ±1/√width and B in ±1/√rank, the same for every model of a width.</summary>
    public ParameterSet Initial(LanguageModel model, ulong seed)
    {
        var (a, b) = (HostTensor.Zeros(down, Tensors[0].Shape), HostTensor.Zeros(up, Tensors[1].Shape));
        InitialValues.Uniform(a, seed, 1 / Math.Sqrt(head.Inputs));
        InitialValues.Uniform(b, seed, 1 / Math.Sqrt(config.Rank));
        return new([a, b, .. saved.SelectMany(module => module.Initial())]);
    }

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        set.Add(head, new BypassBranch(find(down), find(up), weight * (float)config.Mixing));
        foreach (var module in saved)
        {
            module.Attach(set, find, weight);
        }
    }

    // No layer and no path: models that differ in both have it under one name.
    private TensorKey Key(string role) => new(TensorKey.MainModel, Name, -1, role, $"{role}.weight");
}
