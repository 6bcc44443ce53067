using Tributary.Learning.Adaptation.Whole;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Full;

/// <summary>Full fine-tuning: every parameter of the model.</summary>
public sealed record FullConfig : AdapterConfig
{
    private IReadOnlyDictionary<string, int[]>? Shapes { get; init; }

    /// <inheritdoc/>
    public override AdapterConfig Narrowed(IReadOnlyDictionary<string, int[]> shapes) => this with { Shapes = shapes };

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [new WholeTensors(this, model.Tensors, name, Shapes)];
}
