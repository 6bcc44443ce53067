using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>How does the server's state advance, given the joined updates? Δ below is the joined update minus the global model x.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Replace), "replace")]
[JsonDerivedType(typeof(Momentum), "momentum")]
[JsonDerivedType(typeof(Adagrad), "adagrad")]
[JsonDerivedType(typeof(Adam), "adam")]
[JsonDerivedType(typeof(Yogi), "yogi")]
[JsonDerivedType(typeof(AdamW), "adamw")]
[JsonDerivedType(typeof(Balanced), "balanced")]
[JsonDerivedType(typeof(ControlVariates), "control_variates")]
[JsonDerivedType(typeof(Generator), "generator")]
[JsonDerivedType(typeof(MergeToBase), "merge_to_base")]
[JsonDerivedType(typeof(ResidualToBase), "residual_to_base")]
[JsonDerivedType(typeof(CorrectB), "correct_b")]
[JsonDerivedType(typeof(MergeToClusters), "merge_to_clusters")]
[JsonDerivedType(typeof(FactorChange), "factor_change")]
[JsonDerivedType(typeof(SalientFirst), "salient_first")]
public abstract record ServerStep
{
    private ServerStep()
    {
    }

    /// <summary>x ← x + lr·Δ; with rate 1 the joined update itself.</summary>
    /// <param name="LearningRate">Server rate.</param>
    public sealed record Replace(double LearningRate = 1) : ServerStep;

    /// <summary>
    /// Server momentum (Hsu et al. 2019): m ← beta·m + Δ, x ← x + lr·m. <paramref name="Damped"/> weighs Δ with 1 − beta after the first round, as OpenFedLLM does;
    /// <paramref name="Nesterov"/> steps along beta·m + Δ (or its damped form).
    /// </summary>
    /// <param name="Beta">Momentum, 0 … below 1.</param>
    /// <param name="LearningRate">Server rate.</param>
    /// <param name="Damped">Whether Δ is damped.</param>
    /// <param name="Nesterov">Whether to look ahead.</param>
    public sealed record Momentum(
        double Beta = 0.9, double LearningRate = 1, bool Damped = false, bool Nesterov = false) : ServerStep;

    /// <summary>FedAdagrad (Reddi et al. 2021, algorithm 2): v ← v + Δ², x ← x + lr·m / (√v + tau), v₀ = tau².</summary>
    /// <param name="LearningRate">Server rate.</param>
    /// <param name="Beta1">Decay of the first moment m; 0 steps along Δ.</param>
    /// <param name="Tau">Degree of adaptivity.</param>
    public sealed record Adagrad(double LearningRate = 1e-3, double Beta1 = 0, double Tau = 1e-3) : ServerStep;

    /// <summary>FedAdam (Reddi et al. 2021): v ← beta2·v + (1 − beta2)·g², x ← x + lr·m / (√v + tau), v₀ = tau², no bias correction.</summary>
    /// <param name="LearningRate">Server rate.</param>
    /// <param name="Beta1">Decay of the first moment m.</param>
    /// <param name="Beta2">Decay of the second moment v.</param>
    /// <param name="Tau">Degree of adaptivity.</param>
    /// <param name="Form">What g is and how m begins.</param>
    public sealed record Adam(
        double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.99, double Tau = 1e-3, MomentForm Form = MomentForm.Original)
        : ServerStep;

    /// <summary>FedYogi (Reddi et al. 2021): v ← v − (1 − beta2)·g²·sign(v − g²), otherwise as <see cref="Adam"/>.</summary>
    /// <param name="LearningRate">Server rate.</param>
    /// <param name="Beta1">Decay of the first moment m.</param>
    /// <param name="Beta2">Decay of the second moment v.</param>
    /// <param name="Tau">Degree of adaptivity.</param>
    /// <param name="Form">What g is and how m begins.</param>
    public sealed record Yogi(
        double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.99, double Tau = 1e-3, MomentForm Form = MomentForm.Original)
        : ServerStep;

    /// <summary>
    /// −Δ as the gradient of AdamW with bias correction and decoupled weight decay (Loshchilov and Hutter 2019): what a server of clients in PyTorch does. Its moments begin at
    /// zero.
    /// </summary>
    /// <param name="LearningRate">Server rate.</param>
    /// <param name="Beta1">Decay of the first moment.</param>
    /// <param name="Beta2">Decay of the second moment.</param>
    /// <param name="Epsilon">Added to the root of the second moment.</param>
    /// <param name="WeightDecay">Share of the weights, times the rate, that is lost in a step.</param>
    public sealed record AdamW(
        double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.01) : ServerStep;

    /// <summary>
    /// x ← x + γ·Δ with a γ of each tensor's own that makes up for few senders: the mean number of updates that a tensor has had since the beginning over its own number, raised
    /// to a power, between 1 and a bound (after Fed-piLot, Zhang et al. 2024). With equal numbers γ is 1.
    /// </summary>
    /// <param name="Power">The power, at least 0; 0 makes every γ 1.</param>
    /// <param name="Most">The largest γ, at least 1.</param>
    public sealed record Balanced(double Power = 0.5, double Most = 2) : ServerStep;

    /// <summary>SCAFFOLD (Karimireddy et al. 2020): the model as <paramref name="Model"/> says, and c ← c + ΣΔcₖ / N over all N clients. Needs the clients' hook.</summary>
    /// <param name="Model">How the model itself advances; null replaces it.</param>
    public sealed record ControlVariates(ServerStep? Model = null) : ServerStep
    {
        /// <summary>How the model itself advances.</summary>
        public ServerStep Model { get; init; } = Model ?? new Replace();
    }

    /// <summary>
    /// The server holds a generator that makes each client's prompt by attention from a common basis and the client's own descriptors (pFedPG, Yang et al. 2023). What clients
    /// change of their prompts is its upstream gradient: the chain rule gives a direction for its tensors. Needs deltas, collected, and dispatch: generated.
    /// </summary>
    /// <param name="Role">Role of the tensor that is made, a matrix [virtual tokens, width].</param>
    /// <param name="BasisRows">Rows of the basis.</param>
    /// <param name="Heads">Most heads of the attention; as many are used as divide the width.</param>
    /// <param name="Step">How the generator's tensors advance along that direction; null is AdamW.</param>
    public sealed record Generator(string Role = "prompt", int BasisRows = 10, int Heads = 12, ServerStep? Step = null) : ServerStep
    {
        /// <summary>How the generator's tensors advance.</summary>
        public ServerStep Step { get; init; } = Step ?? new AdamW();
    }

    /// <summary>
    /// Every LoRA module's mean update is added to the base, and its own B becomes zero; other tensors are replaced (FLoRA, Wang et al. 2024). Needs stacked factors.
    /// </summary>
    public sealed record MergeToBase : ServerStep;

    /// <summary>
    /// The joined factors, and mean(BA) − mean(B)·mean(A) added to the base, so that the model is the average of the clients' (FedEx-LoRA, Singhal et al. 2024).
    /// </summary>
    /// <param name="Rank">Most ranks of what a round adds, the best of them; null is all, which is exact.</param>
    public sealed record ResidualToBase(int? Rank = null) : ServerStep;

    /// <summary>
    /// The joined factors, B with a correction D of its own that draws (B + D)·A towards mean(BA) and is held small by lambda·‖D‖² (LoRA-FAIR, Bian et al. 2024).
    /// </summary>
    /// <param name="Metric">What is near.</param>
    /// <param name="Lambda">Weight of the correction's size, at least 0.</param>
    /// <param name="Steps">Steps of gradient descent from 0, where there is no closed form.</param>
    /// <param name="LearningRate">Their length; halved whenever a step would not descend.</param>
    public sealed record CorrectB(ProductMetric Metric = ProductMetric.Cosine, double Lambda = 0.01, int Steps = 1000, double LearningRate = 0.01) : ServerStep;

    /// <summary>
    /// Every cluster's mean update of each LoRA module is added to a whole matrix that the cluster has of its own, its other tensors are replaced (FedHFT, Ilhan et al. 2025). The
    /// global model is the equal mixture of the clusters. Needs combine: clusters.
    /// </summary>
    public sealed record MergeToClusters : ServerStep;

    /// <summary>
    /// The joined update, until after some rounds the change of every whole matrix since the beginning becomes the first factors of its LoRA module: the best of its rank, all
    /// singular values in B. The matrices, and what else the adapter of whole tensors has, go back to their beginning; what the rank leaves out is lost (SLoRA, Babakniya et al.
    /// 2023).
    /// </summary>
    /// <param name="Whole">The adapter that brings whole tensors.</param>
    /// <param name="Low">The adapter with the factors.</param>
    /// <param name="After">The rounds until then; 0 is never, and nothing is kept for it.</param>
    public sealed record FactorChange(string Whole, string Low, int After = 5) : ServerStep;

    /// <summary>
    /// The joined update, and then hidden units in descending order of what they are worth, so that the first of them are the salient ones: the inner units of feed-forward networks,
    /// and in every attention head the dimensions of queries and keys, where no rotation tells them apart. A unit is worth the mean L1 norm of what makes it in the matrices before
    /// it (RaFFM, Yu et al. 2023). The model gives what it gave.
    /// </summary>
    public sealed record SalientFirst : ServerStep;
}

/// <summary>How near two products are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProductMetric>))]
public enum ProductMetric
{
    /// <summary>1 − the cosine of the angle between them: their lengths do not matter.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>The squared distance; the best correction has a closed form.</summary>
    [JsonStringEnumMemberName("squared_error")]
    SquaredError,
}

/// <summary>Two published forms of the adaptive server steps.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MomentForm>))]
public enum MomentForm
{
    /// <summary>Reddi et al. 2021: m ← beta1·m + (1 − beta1)·Δ from m = 0, and g = Δ.</summary>
    [JsonStringEnumMemberName("original")]
    Original,

    /// <summary>The code of OpenFedLLM (Ye et al. 2024): m = Δ in the first round, and g = m.</summary>
    [JsonStringEnumMemberName("openfedllm")]
    OpenFedLlm,
}
