using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Emulator;

/// <summary>Trained edge blocks in a model that is made without some of the blocks between them.</summary>
internal sealed class EmulatorAdapter : IMergeable
{
    private readonly IMergeable edges;
    private readonly IReadOnlyList<int> leftOut;

    public EmulatorAdapter(EmulatorConfig config, LanguageModel model, IReadOnlyList<int> leftOut, string name)
    {
        this.leftOut = leftOut;
        var layers = Enumerable.Range(0, config.Bottom).Concat(Enumerable.Range(model.Shape.Layers - config.Top, config.Top));
        edges = (IMergeable)new LayersConfig([.. layers]) { TaskType = config.TaskType }.Resolve(model, name)[0];
    }

    /// <summary>Settings of the trained blocks alone: plugged into the whole model, nothing is left out.</summary>
    public AdapterConfig Config => edges.Config;

    public string Name => edges.Name;

    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors => edges.Tensors;

    public ParameterSet Initial(LanguageModel model, ulong seed) => edges.Initial(model, seed);

    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        edges.Attach(set, find, weight);
        set.LeaveOut(leftOut);
    }

    public void Merge(MergedWeights weights, ParameterSet values) => edges.Merge(weights, values);

    public void Unmerge(MergedWeights weights, ParameterSet values) => edges.Unmerge(weights, values);
}
