using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Ia3;

/// <summary>
/// (IA)³ (Liu et al. 2022): a learned vector scales what a layer gives (keys and values), or in front of the second feed-forward layer what it reads.
/// </summary>
/// <param name="Targets">Names of adapted linear layers (ends of paths) as in PEFT's target_modules; null takes PEFT's choice for the model family.</param>
/// <param name="FeedForward">Names of those whose input is scaled, PEFT's feedforward_modules; null takes PEFT's choice for the model family.</param>
/// <param name="Save">Layers trained in full beside the adapter, as in PEFT's modules_to_save.</param>
/// <param name="TargetPattern">One regular expression for whole paths in the place of <paramref name="Targets"/>.</param>
/// <param name="FeedForwardPattern">The same in the place of <paramref name="FeedForward"/>.</param>
public sealed record Ia3Config(
    IReadOnlyList<string>? Targets = null,
    IReadOnlyList<string>? FeedForward = null,
    IReadOnlyList<string>? Save = null,
    string? TargetPattern = null,
    string? FeedForwardPattern = null) : AdapterConfig
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Targets is not null && TargetPattern is not null)
        {
            yield return "targets and target_pattern exclude each other";
        }

        if (FeedForward is not null && FeedForwardPattern is not null)
        {
            yield return "feed_forward and feed_forward_pattern exclude each other";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [new Ia3Adapter(this, model, name)];
}
