using System.Text.Json.Serialization;
using Tributary.Learning.Adaptation.VirtualTokens;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.PromptTuning;

/// <summary>What the virtual tokens of a prompt begin as.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromptInitialisation>))]
public enum PromptInitialisation
{
    /// <summary>Standard normal values: PEFT's "RANDOM".</summary>
    [JsonStringEnumMemberName("random")]
    Random,

    /// <summary>Embeddings of tokens drawn from the vocabulary (Lester et al. 2021).</summary>
    [JsonStringEnumMemberName("vocabulary")]
    Vocabulary,
}

/// <summary>Prompt tuning (Lester et al. 2021): trained embeddings [virtual tokens, width] in front of every sequence.</summary>
/// <param name="VirtualTokens">Number of virtual tokens.</param>
/// <param name="Initialisation">What they begin as.</param>
public sealed record PromptTuningConfig(int VirtualTokens = 20, PromptInitialisation Initialisation = PromptInitialisation.Random) : AdapterConfig
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => VirtualTokenCount.Problems(VirtualTokens);

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        var tokens = model.TokenEmbedding;
        var rows = new RowTableLayout(name, "prompt", VirtualTokens, tokens.Width, Initialisation == PromptInitialisation.Vocabulary ? tokens : null);
        return [new VirtualTokenAdapter(this, model, name, VirtualTokens, rows, new PromptPlace())];
    }
}
