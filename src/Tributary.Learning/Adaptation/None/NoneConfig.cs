using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.None;

/// <summary>Nothing is trained: the model is only evaluated.</summary>
public sealed record NoneConfig : AdapterConfig
{
    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [];
}
