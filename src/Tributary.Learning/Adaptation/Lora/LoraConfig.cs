using System.Text.Json.Serialization;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>
/// Low-rank adaptation (Hu et al. 2021): y = W₀x + s·B·A·x with A [rank, inputs], B [outputs, rank] and s = alpha / rank, or alpha / √rank when rank-stabilised
/// (Kalajdzievski 2023).
/// </summary>
/// <param name="Rank">Rank r of every adapted matrix.</param>
/// <param name="Alpha">Numerator of the scale.</param>
/// <param name="Dropout">Probability with which an input of A is dropped while training, 0 … below 1.</param>
/// <param name="Targets">Names of adapted layers as in PEFT's target_modules (ends of paths, or "all-linear"); null takes the model family's usual attention projections.</param>
/// <param name="RankStabilised">Whether the scale is alpha / √rank ("use_rslora").</param>
/// <param name="Layers">Blocks that are adapted; null is all.</param>
/// <param name="RankPattern">Rank by end of path (a regular expression), before <paramref name="Rank"/>.</param>
/// <param name="AlphaPattern">Alpha by end of path (a regular expression), before <paramref name="Alpha"/>.</param>
/// <param name="Save">Layers trained in full beside the adapter, as in PEFT's modules_to_save.</param>
/// <param name="Bias">Which biases of the base are trained too.</param>
/// <param name="TargetPattern">One regular expression for whole paths in the place of <paramref name="Targets"/>.</param>
/// <param name="Dora">Whether each output's direction and length are trained apart (DoRA, Liu et al. 2024, "use_dora"): y = m ⊙ (W₀ + s·B·A)x / ‖W₀ + s·B·A‖, for linear layers.</param>
/// <param name="LayersPattern">What the list of blocks is called in paths, where the name before the first number would not do (PEFT's layers_pattern).</param>
public sealed record LoraConfig(
    int Rank = 8,
    double Alpha = 16,
    double Dropout = 0,
    IReadOnlyList<string>? Targets = null,
    [property: JsonPropertyName("rslora")] bool RankStabilised = false,
    IReadOnlyList<int>? Layers = null,
    IReadOnlyDictionary<string, int>? RankPattern = null,
    IReadOnlyDictionary<string, double>? AlphaPattern = null,
    IReadOnlyList<string>? Save = null,
    LoraBias Bias = LoraBias.None,
    string? TargetPattern = null,
    bool Dora = false,
    IReadOnlyList<string>? LayersPattern = null) : AdapterConfig
{
    private const int MostRank = 65_536;
    private const double MostAlpha = 1_000_000;

    /// <summary>Scale of a module with rank r and alpha.</summary>
    public float Scale(int rank, double alpha) => (float)(alpha / (RankStabilised ? Math.Sqrt(rank) : rank));

    /// <inheritdoc/>
    [JsonIgnore]
    public override int LargestRank => Math.Max(Rank, RankPattern?.Values.DefaultIfEmpty().Max() ?? 0);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The scale is to stay, and modules differ in rank.</exception>
    public override AdapterConfig AtRank(int rank, bool keepScale)
    {
        var smaller = this with { Rank = Math.Min(Rank, rank), RankPattern = RankPattern?.ToDictionary(pattern => pattern.Key, pattern => Math.Min(pattern.Value, rank)) };
        if (!keepScale)
        {
            return smaller;
        }

        var share = RankPattern is null ? Scale(Rank, 1) / (double)Scale(smaller.Rank, 1) : throw new ArgumentException("modules differ in rank: their scales cannot all be kept");
        return smaller with { Alpha = Alpha * share, AlphaPattern = AlphaPattern?.ToDictionary(pattern => pattern.Key, pattern => pattern.Value * share) };
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Rank is < 1 or > MostRank || RankPattern?.Values.Any(rank => rank is < 1 or > MostRank) == true)
        {
            yield return $"rank must be from 1 to {MostRank}";
        }

        if (Alpha is not (> 0 and <= MostAlpha) || AlphaPattern?.Values.Any(alpha => alpha is not (> 0 and <= MostAlpha)) == true)
        {
            yield return $"alpha must be above 0 and at most {MostAlpha}";
        }

        if (Layers?.Any(layer => layer < 0) == true)
        {
            yield return "layers are counted from 0";
        }

        if (Dropout is not (>= 0 and < 1))
        {
            yield return "dropout must be from 0 to below 1";
        }

        if (Targets is not null && TargetPattern is not null)
        {
            yield return "targets and target_pattern exclude each other";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter) => [new LoraAdapter(this, model, name)];
}

/// <summary>Which biases of the base are trained beside the low-rank tensors.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoraBias>))]
public enum LoraBias
{
    /// <summary>None.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Every bias of the model.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>Those of the adapted layers.</summary>
    [JsonStringEnumMemberName("lora_only")]
    LoraOnly,
}
