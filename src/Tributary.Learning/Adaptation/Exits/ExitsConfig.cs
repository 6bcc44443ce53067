using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Exits;

/// <summary>
/// Exits behind some of the blocks: rows h after a block become h + W h + b, and go on to the model's own last norm and output layer as if they came from its last block (the
/// affine translators of the tuned lens, Belrose et al. 2023, arXiv:2303.08112). The model with all of its blocks does not use them.
/// </summary>
/// <param name="Blocks">Behind how many blocks there is an exit, each number at least 1; null is behind every block but the last.</param>
public sealed record ExitsConfig(IReadOnlyList<int>? Blocks = null) : AdapterConfig
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Blocks is { } blocks && (blocks.Count == 0 || blocks.Any(number => number < 1)))
        {
            yield return "exits: blocks must name at least one number, each at least 1";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        int[] blocks = [.. (Blocks ?? [.. Enumerable.Range(1, Math.Max(0, model.Shape.Layers - 1))]).Distinct().Order()];
        return model.Encoder is not null ? throw new InputException($"exits: a {model.Shape.Family} model has an encoder before its blocks; choose one without")
            : blocks.FirstOrDefault(number => number >= model.Shape.Layers) is var behind and > 0
            ? throw new InputException($"exits: this model of {model.Shape.Layers} blocks has none behind block {behind}, only before its last one; lower the number")
            : [new ExitsAdapter(this, blocks, model.Shape.Width, name)];
    }
}
