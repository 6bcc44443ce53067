using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>By what a server chooses the units that each client trains in a round (Sun et al. 2024, with the rules that they compare theirs with).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Agreed), "agreed")]
[JsonDerivedType(typeof(SignalToNoise), "snr")]
[JsonDerivedType(typeof(RelativeGradient), "rgn")]
[JsonDerivedType(typeof(Top), "top")]
[JsonDerivedType(typeof(Bottom), "bottom")]
[JsonDerivedType(typeof(Both), "both")]
[JsonDerivedType(typeof(Random), "random")]
[JsonDerivedType(typeof(Full), "full")]
public abstract record LayerRule
{
    private LayerRule()
    {
    }

    /// <summary>
    /// Clients probe the squared norms of their units' gradients; the server chooses for all of them together, so that the norms sum to much and clients differ in few units:
    /// the most of Σᵢₗ mᵢₗ·aᵢₗ − strength·Σᵢ﹤ⱼ ‖mᵢ − mⱼ‖₁.
    /// </summary>
    /// <param name="Strength">What a difference between two clients costs, at least 0; 0 is every client for itself.</param>
    /// <param name="Normalised">Whether the norms of each client are divided by their sum first.</param>
    public sealed record Agreed(double Strength = 0.1, bool Normalised = true) : LayerRule;

    /// <summary>Clients probe |mean| / deviation of the entries of their units' gradients; each trains its largest.</summary>
    public sealed record SignalToNoise : LayerRule;

    /// <summary>Clients probe the norms of their units' gradients over the norms of their values; each trains its largest.</summary>
    public sealed record RelativeGradient : LayerRule;

    /// <summary>The last units.</summary>
    public sealed record Top : LayerRule;

    /// <summary>The first units.</summary>
    public sealed record Bottom : LayerRule;

    /// <summary>The first and the last in turn, from the outside inwards.</summary>
    public sealed record Both : LayerRule;

    /// <summary>Drawn anew from (seed, round, client).</summary>
    public sealed record Random : LayerRule;

    /// <summary>All, whatever the budget.</summary>
    public sealed record Full : LayerRule;
}
