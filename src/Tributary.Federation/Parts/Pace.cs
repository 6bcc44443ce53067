using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>When does a version close?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WholeCohort), "whole_cohort")]
[JsonDerivedType(typeof(FirstK), "first_k")]
public abstract record Pace
{
    private Pace()
    {
    }

    /// <summary>When every client of the cohort has answered.</summary>
    public sealed record WholeCohort : Pace;

    /// <summary>When the first <paramref name="K"/> clients of the cohort have answered; later answers to that version are refused.</summary>
    /// <param name="K">Number of answers, at least 1 and at most the cohort.</param>
    public sealed record FirstK(int K) : Pace;
}
