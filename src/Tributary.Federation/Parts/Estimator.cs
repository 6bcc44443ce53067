using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>How is a gradient found?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Backprop), "backprop")]
[JsonDerivedType(typeof(PerSample), "per_sample")]
[JsonDerivedType(typeof(TwoPoint), "two_point")]
[JsonDerivedType(typeof(ForwardMode), "forward_mode")]
public abstract record Estimator
{
    private Estimator()
    {
    }

    /// <summary>Exactly, by backpropagation.</summary>
    public sealed record Backprop : Estimator;

    /// <summary>
    /// (Σ cᵢ·gᵢ + noise · bound · z) / B over the gradients gᵢ of single samples, z normal: DP-SGD (Abadi et al. 2016). cᵢ = min(1, bound / ‖gᵢ‖) or, when automatic,
    /// bound / (‖gᵢ‖ + 0.01) (Bu et al. 2023). The noise follows from the run's seed, so that a run can be repeated: as it is, nobody is protected by it.
    /// </summary>
    /// <param name="Bound">The largest norm that a sample's gradient counts with, over all trained tensors; null is no bound, and then there is neither noise nor automatic.</param>
    /// <param name="Noise">Standard deviation of the noise on the sum, in bounds.</param>
    /// <param name="Automatic">Whether every gradient is brought to about the bound.</param>
    public sealed record PerSample(double? Bound = 1, double Noise = 0, bool Automatic = false) : Estimator
    {
        private const double Least = 1e-12;
        private const double Stability = 0.01;

        /// <summary>What a gradient of that norm is multiplied with.</summary>
        public double FactorOf(double norm) => Bound is not { } bound ? 1 : Automatic ? bound / (norm + Stability) : Math.Min(1, bound / (norm + Least));
    }

    /// <summary>
    /// z·(L(w + ε·z) − L(w − ε·z)) / 2ε, averaged over normal directions z (Spall 1992; for language models Malladi et al. 2023): two passes without dropout and without activations
    /// kept. A direction whose losses are not finite counts as nothing.
    /// </summary>
    /// <param name="Epsilon">Half the distance of the two points, above 0.</param>
    /// <param name="Directions">Which directions; null is a new one in every step.</param>
    /// <param name="MostDifference">Largest |L(w + ε·z) − L(w − ε·z)| that counts; null is any.</param>
    public sealed record TwoPoint(double Epsilon = 1e-3, Directions? Directions = null, double? MostDifference = null) : Estimator
    {
        /// <summary>Which directions.</summary>
        public Directions Directions { get; init; } = Directions ?? new Directions.Fresh();
    }

    /// <summary>z·(∂L along z), averaged over normal directions z; the derivative is exact, by forward-mode differentiation without dropout (Baydin et al. 2022).</summary>
    /// <param name="Directions">Which directions; null is a new one in every step.</param>
    public sealed record ForwardMode(Directions? Directions = null) : Estimator
    {
        /// <summary>Which directions.</summary>
        public Directions Directions { get; init; } = Directions ?? new Directions.Fresh();
    }
}

/// <summary>Which directions an estimator looks along. All are normal numbers addressed by the run's seed, so that both ends of a connection know them.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Fresh), "fresh")]
[JsonDerivedType(typeof(Pool), "pool")]
public abstract record Directions
{
    private Directions()
    {
    }

    /// <summary>New ones in every step, or the same in all steps that a client takes in a round.</summary>
    /// <param name="Count">Directions of a step, at least 1.</param>
    /// <param name="PerRound">Whether they stay for a round.</param>
    public sealed record Fresh(int Count = 1, bool PerRound = false) : Directions;

    /// <summary>One out of a pool that stays the same for the whole run (FedKSeed, Qin et al. 2024).</summary>
    /// <param name="Size">Directions in the pool.</param>
    /// <param name="Draw">How one is drawn.</param>
    public sealed record Pool(int Size = 4096, PoolDraw Draw = PoolDraw.Uniform) : Directions;
}

/// <summary>How a direction is drawn from a pool.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PoolDraw>))]
public enum PoolDraw
{
    /// <summary>Every one alike.</summary>
    [JsonStringEnumMemberName("uniform")]
    Uniform,

    /// <summary>By how steep the loss has been along it so far: the softmax of its mean |slope|, moved and stretched to 0 … 1 over the pool (FedKSeed-Pro).</summary>
    [JsonStringEnumMemberName("importance")]
    Importance,
}
