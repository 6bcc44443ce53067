using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Full;

/// <summary>Every selected base tensor trained whole, under its own Hugging Face name: full fine-tuning, or a chosen part of it.</summary>
public sealed class FullAdapter : IAdapter
{
    private readonly BaseTensor[] tensors;

    /// <summary>Takes the base tensors that <paramref name="selects"/> names; all without it.</summary>
    public FullAdapter(LanguageModel model, string name = TensorKey.DefaultAdapter, Func<TensorKey, bool>? selects = null)
    {
        Name = name;
        tensors = [.. model.Tensors.Where(t => selects?.Invoke(t.Key) ?? true)];
        Tensors = [.. tensors.Select(t => (Own(t), t.Shape))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new(tensors.Select(t => new HostTensor(Own(t), t.Shape, t.ReadValues())));

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find)
    {
        foreach (var tensor in tensors)
        {
            set.Replace(tensor, find(Own(tensor)));
        }
    }

    private TensorKey Own(BaseTensor tensor) => tensor.Key with { Adapter = Name };
}
