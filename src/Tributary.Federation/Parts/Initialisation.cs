using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What values does a client's training begin from?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Standard), "standard")]
[JsonDerivedType(typeof(Keep), "keep")]
[JsonDerivedType(typeof(Fresh), "fresh")]
[JsonDerivedType(typeof(SvdOfBase), "svd_of_base")]
public abstract record Initialisation
{
    private Initialisation()
    {
    }

    /// <summary>Shared tensors from the download; private ones from the client's state or, the first time, from the adaptation's own initialisation.</summary>
    public sealed record Standard : Initialisation;

    /// <summary>All tensors from where the client's last training ended; the first time as <see cref="Standard"/>.</summary>
    public sealed record Keep : Initialisation;

    /// <summary>
    /// The factors of LoRA anew in every round, from (seed, round) and alike for all clients, so that they need not be sent; other tensors as <see cref="Standard"/> (FLoRA,
    /// Wang et al. 2024). What clients trained must have gone into the base.
    /// </summary>
    public sealed record Fresh : Initialisation;

    /// <summary>
    /// As <see cref="Standard"/>, but LoRA begins at the leading singular directions of the base weights, which the base then lacks, so that the model is unchanged at first
    /// (FeDeRA, Yan et al. 2024). Every party finds them itself.
    /// </summary>
    public sealed record SvdOfBase : Initialisation;
}
