using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>In which space, and by which rule, are updates joined?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Factors), "factors")]
[JsonDerivedType(typeof(Product), "product")]
[JsonDerivedType(typeof(Stacked), "stacked")]
[JsonDerivedType(typeof(Median), "median")]
[JsonDerivedType(typeof(TrimmedMean), "trimmed_mean")]
[JsonDerivedType(typeof(Collect), "collect")]
[JsonDerivedType(typeof(Bank), "bank")]
[JsonDerivedType(typeof(Clusters), "clusters")]
[JsonDerivedType(typeof(Edges), "edges")]
public abstract record Combine
{
    private Combine()
    {
    }

    /// <summary>The weighted mean of every tensor as it is (for LoRA: of each factor).</summary>
    /// <param name="Over">Whose weights the mean is divided by.</param>
    public sealed record Factors(Normaliser Over = Normaliser.Senders) : Combine;

    /// <summary>
    /// The weighted mean of the updates ΔW of LoRA, refactored at the adaptation's rank by singular values (FlexLoRA, Bai et al. 2024); of other tensors the weighted mean over
    /// their senders.
    /// </summary>
    /// <param name="Split">Which factor has the singular values.</param>
    public sealed record Product(SingularSplit Split = SingularSplit.InB) : Combine;

    /// <summary>
    /// The factors of LoRA one below the other, weights on A alone, so that their product is the weighted mean of the updates (FLoRA, Wang et al. 2024); of other tensors the
    /// weighted mean over their senders. Their ranks together are for a server step that merges them.
    /// </summary>
    public sealed record Stacked : Combine;

    /// <summary>The median of every coordinate (Yin et al. 2018); weights are not used.</summary>
    public sealed record Median : Combine;

    /// <summary>The mean of every coordinate without the smallest and the largest ⌊fraction · senders⌋ (Yin et al. 2018); weights are not used.</summary>
    /// <param name="Fraction">Share cut off at each end, 0 … below 0.5.</param>
    public sealed record TrimmedMean(double Fraction = 0.1) : Combine;

    /// <summary>Not at all: updates are collected, and the server step reads each by itself.</summary>
    public sealed record Collect : Combine;

    /// <summary>Not at all: what each owner reported last is kept by itself, to be mixed for each receiver.</summary>
    public sealed record Bank : Combine;

    /// <summary>
    /// For every cluster by itself, with its own weights: of the updates ΔW of LoRA the weighted mean, row by row over those who sent the row, as a whole matrix; of other tensors
    /// the weighted mean over their senders (FedHFT, Ilhan et al. 2025).
    /// </summary>
    /// <param name="Over">What the sum of a row is divided by.</param>
    public sealed record Clusters(RowNormaliser Over = RowNormaliser.Weights) : Combine;

    /// <summary>At two levels: every edge joins the updates of its clients, to whom it belongs for good, and passes up one with their weight; these are joined by the same rule.</summary>
    /// <param name="Count">Number of edges, among which clients are dealt by their ids.</param>
    /// <param name="Of">The rule, which must be linear; null is factors.</param>
    public sealed record Edges(int Count = 10, Combine? Of = null) : Combine
    {
        /// <summary>The rule.</summary>
        public Combine Of { get; init; } = Of ?? new Factors();
    }
}

/// <summary>What the weighted sum of one row over its senders is divided by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RowNormaliser>))]
public enum RowNormaliser
{
    /// <summary>Their weights.</summary>
    [JsonStringEnumMemberName("weights")]
    Weights,

    /// <summary>Their number, as the official code of FedHFT has it: weights below one then make every update smaller.</summary>
    [JsonStringEnumMemberName("senders")]
    Senders,
}

/// <summary>Which factor of a product has its singular values.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SingularSplit>))]
public enum SingularSplit
{
    /// <summary>B; A has rows of length 1.</summary>
    [JsonStringEnumMemberName("in_b")]
    InB,

    /// <summary>Both their roots (FedHM, Yao et al. 2021).</summary>
    [JsonStringEnumMemberName("balanced")]
    Balanced,
}

/// <summary>What a weighted sum is divided by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Normaliser>))]
public enum Normaliser
{
    /// <summary>The weights of those who sent this tensor (coverage).</summary>
    [JsonStringEnumMemberName("senders")]
    Senders,

    /// <summary>The weights of all updates of the round: a tensor that was not sent counts as zeros.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>The number of updates: weights are how far each of them moves the model. What they leave of one stays with the model.</summary>
    [JsonStringEnumMemberName("count")]
    Count,
}
