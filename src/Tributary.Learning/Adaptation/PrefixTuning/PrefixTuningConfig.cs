using Tributary.Learning.Adaptation.VirtualTokens;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.PrefixTuning;

/// <summary>Prefix tuning (Li and Liang 2021): trained keys and values in front of every sequence in every block, rows [virtual tokens, blocks · 2 · key-value width].</summary>
/// <param name="VirtualTokens">Number of prefix positions.</param>
/// <param name="ProjectionHiddenSize">Hidden width of the projection (linear, tanh, linear) that makes the prefix of a smaller table; null trains the keys and values themselves.</param>
public sealed record PrefixTuningConfig(int VirtualTokens = 20, int? ProjectionHiddenSize = null) : AdapterConfig
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => VirtualTokenCount.Problems(VirtualTokens, ProjectionHiddenSize);

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [ProjectionHiddenSize is { } hidden
        ? Placed(model, name, new RowEncoderLayout(name, "prefix", VirtualTokens, "transform", ActivationKind.Tanh, TableWidth(model), hidden, Width(model)))
        : AsTable(model, name)];

    /// <summary>The same with the keys and values themselves in the projection's place.</summary>
    internal VirtualTokenAdapter AsTable(LanguageModel model, string name) => Placed(model, name, new RowTableLayout(name, "prefix", VirtualTokens, Width(model)));

    // PEFT's table is as wide as all heads of keys together, which is the model's width unless queries are grouped.
    private static int TableWidth(LanguageModel model) => model.Shape.KeyValueWidth;

    private static int Width(LanguageModel model) => model.Modules.OfType<SelfAttention>().Count() * 2 * model.Shape.KeyValueWidth;

    private VirtualTokenAdapter Placed(LanguageModel model, string name, IRowLayout rows) => new(this, model, name, VirtualTokens, rows, new PrefixPlace(model));
}
