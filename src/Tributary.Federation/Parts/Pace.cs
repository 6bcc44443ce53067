using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>When does a version close?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WholeCohort), "whole_cohort")]
[JsonDerivedType(typeof(FirstK), "first_k")]
[JsonDerivedType(typeof(Buffer), "buffer")]
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

    /// <summary>
    /// When so many answers have arrived, whichever version they started from; as many clients as ever work at the same time, and when one is done another, drawn uniformly among
    /// those without work, begins from the newest version (FedBuff, Nguyen et al. 2022). A client works on a version once. Work that has become too old is called off.
    /// </summary>
    /// <param name="Size">Answers of a version; with fewer clients as many as there are.</param>
    /// <param name="InFlight">Clients at work; null is the cohort's number.</param>
    /// <param name="MostStale">How many versions may have been made since the one that an answer started from.</param>
    public sealed record Buffer(int Size = 10, int? InFlight = null, int MostStale = 16) : Pace;
}
