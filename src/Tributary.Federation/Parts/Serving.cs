using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What does a client use in the end?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Global), "global")]
[JsonDerivedType(typeof(GlobalAndPrivate), "global_and_private")]
[JsonDerivedType(typeof(OwnEntries), "own_entries")]
[JsonDerivedType(typeof(ReceivedAndPrivate), "received_and_private")]
[JsonDerivedType(typeof(Fused), "fused")]
[JsonDerivedType(typeof(ByInput), "by_input")]
[JsonDerivedType(typeof(Neighbours), "neighbours")]
public abstract record Serving
{
    private Serving()
    {
    }

    /// <summary>The global model.</summary>
    /// <param name="Density">Share of its trained entries that is used, above 0 … 1: those of largest magnitude, the others are zero.</param>
    public sealed record Global(double Density = 1) : Serving;

    /// <summary>The global model with the client's own private tensors put in.</summary>
    public sealed record GlobalAndPrivate : Serving;

    /// <summary>The global model with the entries zero that the client has given up (PerFIT, Zhang et al. 2024).</summary>
    public sealed record OwnEntries : Serving;

    /// <summary>What the server would send this client next, which may be made for it alone, with the client's own private tensors put in.</summary>
    public sealed record ReceivedAndPrivate : Serving;

    /// <summary>
    /// Two adapters of one shape as one, w₁ times the tensors of the shared one plus w₂ times those of the client's own; the weights are searched without gradients on a few of
    /// its training samples (FDLoRA, Qi et al. 2024).
    /// </summary>
    /// <param name="Shared">The shared adapter.</param>
    /// <param name="Own">The client's own.</param>
    /// <param name="Evaluations">Pairs of weights that are tried, (0, 0) first.</param>
    /// <param name="Samples">Most training samples that a pair is measured on.</param>
    /// <param name="SamplesAtOnce">Samples of one pass.</param>
    /// <param name="Bound">Largest amount of a weight.</param>
    /// <param name="Penalty">What the mean amount of the weights costs.</param>
    public sealed record Fused(
        string Shared, string Own, int Evaluations = 5, int Samples = 40, int SamplesAtOnce = 8, double Bound = 1.5, double Penalty = 0.05) : Serving;

    /// <summary>
    /// Two adapters, mixed for each input: the client's own has weight most · the mean cosine of the input with some of its training samples, the general one the rest (FedDPA,
    /// Yang et al. 2024).
    /// </summary>
    /// <param name="General">The adapter that all share.</param>
    /// <param name="Own">The client's own.</param>
    /// <param name="Most">Largest weight of the own one, 0 … 1.</param>
    /// <param name="References">Training samples that an input is compared with.</param>
    public sealed record ByInput(string General, string Own, double Most = 0.5, int References = 5) : Serving;

    /// <summary>
    /// The global model, each of whose predictions is mixed with the tokens that stood where the client's own training samples gave the nearest states (FedMEM, Du et al. 2024).
    /// For models that predict tokens.
    /// </summary>
    /// <param name="Count">Nearest states that are asked.</param>
    /// <param name="Share">Weight of what they say, 0 … 1.</param>
    /// <param name="Temperature">How far the weight of a neighbour reaches, in squared distance.</param>
    public sealed record Neighbours(int Count = 8, double Share = 0.4, double Temperature = 10) : Serving;
}
