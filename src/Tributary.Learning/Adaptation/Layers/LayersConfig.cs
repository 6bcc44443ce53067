using Tributary.Learning.Adaptation.Whole;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Layers;

/// <summary>Chosen blocks trained whole, or the tensors in them that are named; of a classifier also the head.</summary>
/// <param name="Layers">The blocks, counted from 0; from −1 backwards, counted from the end; null is all.</param>
/// <param name="Names">Ends of the names of tensors that are trained, for example "mlp.c_fc.weight" or "norm.weight"; null is all in the blocks.</param>
public sealed record LayersConfig(IReadOnlyList<int>? Layers = null, IReadOnlyList<string>? Names = null) : AdapterConfig
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => Layers?.Count == 0 ? ["layers: name at least one block"] : [];

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        var count = model.Shape.Layers;
        int[] layers = [.. Layers ?? [.. Enumerable.Range(0, count)]];
        if (layers.Any(layer => layer < -count || layer >= count))
        {
            throw new InputException($"adaptation: layers [{string.Join(", ", layers)}] are not all among the model's {count} blocks, 0 to {count - 1}");
        }

        var chosen = layers.Select(layer => layer < 0 ? layer + count : layer).ToHashSet();
        var tensors = model.Tensors.Where(t => chosen.Contains(t.Key.Layer) && IsNamed(t.Key.Name)).ToArray();
        if (tensors.Length == 0)
        {
            throw new InputException($"adaptation: no tensor in layers [{string.Join(", ", layers)}] is named {string.Join(", ", Names!)}; names are like {model.Tensors.First(t => chosen.Contains(t.Key.Layer)).Key.Name}");
        }

        return [new WholeTensors(this, tensors.Union(ModulesToSave.OfClassifier(model, TaskType)), name)];
    }

    private bool IsNamed(string name) => Names is null || Names.Any(end => name.EndsWith(end, StringComparison.Ordinal));
}
