using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>With which weight does an update count?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Examples), "examples")]
[JsonDerivedType(typeof(Uniform), "uniform")]
[JsonDerivedType(typeof(ProductNorm), "product_norm")]
[JsonDerivedType(typeof(ContributionDisparity), "contribution_disparity")]
[JsonDerivedType(typeof(Aligned), "aligned")]
[JsonDerivedType(typeof(ClassAffinity), "class_affinity")]
[JsonDerivedType(typeof(ClusterPosterior), "cluster_posterior")]
[JsonDerivedType(typeof(Staleness), "staleness")]
public abstract record Weighting
{
    private Weighting()
    {
    }

    /// <summary>By the number of training examples of the sender (McMahan et al. 2017).</summary>
    public sealed record Examples : Weighting;

    /// <summary>Every update alike.</summary>
    public sealed record Uniform : Weighting;

    /// <summary>By ‖BA‖ of the sender's LoRA factors over all modules (HETLoRA, Cho et al. 2024); every update alike when all are zero.</summary>
    public sealed record ProductNorm : Weighting;

    /// <summary>
    /// By n^size · exp(contribution · z(q) + disparity · z(δ)): n the sender's examples, q how much of its held-out loss training took away, δ how far its labels are from the
    /// mean of all clients seen so far (Jensen–Shannon divergence, in bits), z standardised over the senders of the round and cut to ±2; then smoothed over a sender's rounds (the
    /// weights of FedPSF-LLM, Jiang et al. 2025, rebuilt). Needs <see cref="Report.Losses"/> and <see cref="Report.Labels"/>.
    /// </summary>
    /// <param name="Size">γ: 1 is by examples, 0 not at all.</param>
    /// <param name="Contribution">α.</param>
    /// <param name="Disparity">β.</param>
    /// <param name="Smoothing">μ, weight of the sender's last weight, 0 … below 1.</param>
    public sealed record ContributionDisparity(double Size = 0.5, double Contribution = 0.5, double Disparity = 0.5, double Smoothing = 0.5) : Weighting;

    /// <summary>
    /// For every block (1 − share) · w + share · a: w another weighting's, as a share among the block's senders, and a the softmax over them of the cosine between the sender's
    /// block and the mean direction of all, divided by a temperature (the bias correction of FedPSF-LLM, Jiang et al. 2025, rebuilt). Needs differences, joined as factors.
    /// </summary>
    /// <param name="Base">The other weighting; null is by examples.</param>
    /// <param name="Share">η, 0 … 1.</param>
    /// <param name="Temperature">T, above 0.</param>
    /// <param name="Opposed">Whether who stands against the mean direction is preferred instead.</param>
    /// <param name="Grid">How tensors are cut, the same as by the codec; null is into rows. What is not cut has the other weighting's weights.</param>
    public sealed record Aligned(Weighting? Base = null, double Share = 0.5, double Temperature = 0.5, bool Opposed = false, BlockGrid? Grid = null) : Weighting
    {
        /// <summary>The other weighting.</summary>
        public Weighting Base { get; init; } = Base ?? new Examples();

        /// <summary>How tensors are cut.</summary>
        public BlockGrid Grid { get; init; } = Grid ?? new BlockGrid();
    }

    /// <summary>For each class and receiver by the sender's number of samples that it gets right, times the exponential of the cosine of their mean logits (FedHPL, Ma et al. 2024).</summary>
    public sealed record ClassAffinity : Weighting;

    /// <summary>
    /// For every cluster by how likely the sender belongs to it: alike at first, and after some rounds by the posterior of a Gaussian mixture fitted to what senders have trained,
    /// their heads where they send any (FedHFT, Ilhan et al. 2025). The mixture has one variance, and looks at the leading directions in which senders differ, one fewer than clusters,
    /// which are those that separate them (Ding and He 2004).
    /// </summary>
    /// <param name="Clusters">Number of clusters.</param>
    /// <param name="WarmUp">Rounds in which all belong to all alike.</param>
    public sealed record ClusterPosterior(int Clusters = 1, int WarmUp = 5) : Weighting;

    /// <summary>Another weight times a factor that falls with the number of versions D made since the one that the sender started from (Xie et al. 2019).</summary>
    /// <param name="Of">The other weight; null is every update alike.</param>
    /// <param name="Decay">The factor; null is (D + 1)^−½.</param>
    public sealed record Staleness(Weighting? Of = null, StalenessDecay? Decay = null) : Weighting
    {
        /// <summary>The other weight.</summary>
        public Weighting Of { get; init; } = Of ?? new Uniform();

        /// <summary>The factor.</summary>
        public StalenessDecay Decay { get; init; } = Decay ?? new StalenessDecay.Polynomial();
    }
}

/// <summary>What an update counts that started D versions ago.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Constant), "constant")]
[JsonDerivedType(typeof(Hinge), "hinge")]
[JsonDerivedType(typeof(Polynomial), "polynomial")]
public abstract record StalenessDecay
{
    private StalenessDecay()
    {
    }

    /// <summary>1.</summary>
    public sealed record Constant : StalenessDecay;

    /// <summary>1 up to D = <paramref name="Late"/>, then 1 / (steepness · (D − late) + 1).</summary>
    /// <param name="Steepness">How fast it falls.</param>
    /// <param name="Late">From where on.</param>
    public sealed record Hinge(double Steepness = 10, double Late = 4) : StalenessDecay;

    /// <summary>(D + 1)^−exponent.</summary>
    /// <param name="Exponent">From 0 to 1.</param>
    public sealed record Polynomial(double Exponent = 0.5) : StalenessDecay;
}
