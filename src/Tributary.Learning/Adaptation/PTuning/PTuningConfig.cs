using Tributary.Learning.Adaptation.VirtualTokens;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.PTuning;

/// <summary>P-tuning (Liu et al. 2021) with PEFT's multi-layer perceptron as the prompt encoder: linear, ReLU, linear, ReLU, linear over a trained table.</summary>
/// <param name="VirtualTokens">Number of virtual tokens.</param>
/// <param name="HiddenSize">Width of the encoder's two hidden layers; null takes the model's.</param>
public sealed record PTuningConfig(int VirtualTokens = 20, int? HiddenSize = null) : AdapterConfig
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => VirtualTokenCount.Problems(VirtualTokens, HiddenSize);

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        var (width, hidden) = (model.TokenEmbedding.Width, HiddenSize ?? model.TokenEmbedding.Width);
        return [Placed(model, name, new RowEncoderLayout(name, "prompt", VirtualTokens, "mlp_head", ActivationKind.Relu, width, hidden, hidden, width))];
    }

    /// <summary>The same with the rows themselves in the encoder's place.</summary>
    internal VirtualTokenAdapter AsTable(LanguageModel model, string name) => Placed(model, name, new RowTableLayout(name, "prompt", VirtualTokens, model.TokenEmbedding.Width));

    private VirtualTokenAdapter Placed(LanguageModel model, string name, IRowLayout rows) => new(this, model, name, VirtualTokens, rows, new PromptPlace());
}
