using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>Who takes part in a round?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Uniform), "uniform")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(Union), "union")]
public abstract record Cohort
{
    private Cohort()
    {
    }

    /// <summary>A uniform sample without replacement, drawn anew in every round from (seed, round).</summary>
    /// <param name="Fraction">Share of all clients, above 0 … 1; at least one client takes part.</param>
    /// <param name="Count">Number of clients; takes precedence over the share.</param>
    public sealed record Uniform(double Fraction = 1, int? Count = null) : Cohort;

    /// <summary>Every client in every round.</summary>
    public sealed record All : Cohort;

    /// <summary>
    /// One imaginary owner in the place of all, who holds their rows and does the work of so many of them in one go: the upper bound that federation gives up. No update travels,
    /// the rows would have. Possible only in simulation.
    /// </summary>
    /// <param name="Count">Owners whose steps it takes; null is all.</param>
    public sealed record Union(int? Count = null) : Cohort;
}
