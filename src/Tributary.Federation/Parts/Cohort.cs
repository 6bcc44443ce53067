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

    /// <summary>One imaginary owner who holds all data: the pooled upper bound, possible only in simulation.</summary>
    public sealed record Union : Cohort;
}
