using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What is trainable?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Lora), "lora")]
[JsonDerivedType(typeof(Full), "full")]
[JsonDerivedType(typeof(Head), "head")]
[JsonDerivedType(typeof(None), "none")]
public abstract record Adaptation
{
    private Adaptation()
    {
    }

    /// <summary>
    /// Low-rank adaptation (Hu et al. 2021): y = W₀x + s·B·A·x with A [rank, inputs], B [outputs, rank] and s = alpha / rank, or alpha / √rank when rank-stabilised
    /// (Kalajdzievski 2023).
    /// </summary>
    /// <param name="Rank">Rank r of every adapted matrix.</param>
    /// <param name="Alpha">Numerator of the scale.</param>
    /// <param name="Dropout">Probability with which an input of A is dropped, 0 … below 1.</param>
    /// <param name="Targets">Names of adapted layers as in PEFT's target_modules; null takes the model family's usual attention projections.</param>
    /// <param name="RankStabilised">Whether the scale is alpha / √rank ("use_rslora").</param>
    /// <param name="Layers">Blocks that are adapted; null is all.</param>
    /// <param name="RankPattern">Rank by name pattern, as in PEFT.</param>
    /// <param name="AlphaPattern">Alpha by name pattern, as in PEFT.</param>
    /// <param name="Save">Layers trained in full beside the adapter, as in PEFT's modules_to_save.</param>
    public sealed record Lora(
        int Rank = 8,
        double Alpha = 16,
        double Dropout = 0,
        IReadOnlyList<string>? Targets = null,
        [property: JsonPropertyName("rslora")] bool RankStabilised = false,
        IReadOnlyList<int>? Layers = null,
        IReadOnlyDictionary<string, int>? RankPattern = null,
        IReadOnlyDictionary<string, double>? AlphaPattern = null,
        IReadOnlyList<string>? Save = null) : Adaptation;

    /// <summary>Every parameter of the model.</summary>
    public sealed record Full : Adaptation;

    /// <summary>The output head alone.</summary>
    public sealed record Head : Adaptation;

    /// <summary>Nothing: the model is only evaluated.</summary>
    public sealed record None : Adaptation;
}
