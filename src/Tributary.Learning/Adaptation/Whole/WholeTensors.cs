using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Whole;

/// <summary>Chosen base tensors trained whole, under their own Hugging Face names. A tensor that several modules share stays shared.</summary>
public sealed class WholeTensors : IMergeable
{
    private readonly (BaseTensor Base, TensorKey Key)[] tensors;

    /// <summary>Takes over the given base tensors, apart from those that no pass reads.</summary>
    /// <param name="config">The settings it was made from.</param>
    /// <param name="tensors">The base tensors.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="shapes">Smaller shapes of tensors of which the leading part alone is there, by the names under which they travel; null is none.</param>
    public WholeTensors(AdapterConfig config, IEnumerable<BaseTensor> tensors, string name = TensorKey.DefaultAdapter, IReadOnlyDictionary<string, int[]>? shapes = null)
    {
        (Config, Name) = (config, name);
        this.tensors = [.. tensors.Where(t => t.IsUsed).Select(t => (t, t.Key with { Adapter = name }))];
        Tensors = [.. this.tensors.Select(t => (t.Key, shapes?.GetValueOrDefault(t.Key.WireName) ?? t.Base.Shape))];
    }

    /// <inheritdoc/>
    public AdapterConfig Config { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new(tensors.Zip(Tensors, (t, own) => new HostTensor(t.Key, t.Base.Shape, t.Base.ReadValues()).Leading(own.Shape)));

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var (tensor, key) in tensors)
        {
            SavedModule.RequireWhole(key, weight);
            set.Replace(tensor, find(key));
        }
    }

    /// <inheritdoc/>
    public void Merge(MergedWeights weights, ParameterSet values) => weights.Replace(tensors, values);

    /// <inheritdoc/>
    public void Unmerge(MergedWeights weights, ParameterSet values) => weights.Restore(tensors.Select(t => t.Base));
}
