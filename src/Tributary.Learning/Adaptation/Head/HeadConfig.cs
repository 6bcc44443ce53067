using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Head;

/// <summary>The output layer alone: a classifier with all its layers, or the language model's head, which is then no longer tied to the embedding.</summary>
public sealed record HeadConfig : AdapterConfig
{
    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [new HeadAdapter(this, model, name)];
}
