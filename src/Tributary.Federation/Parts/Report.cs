using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What a client tells of itself beside its update: tensors of the section "report".</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Losses), "losses")]
[JsonDerivedType(typeof(Labels), "labels")]
public abstract record Report
{
    private Report()
    {
    }

    /// <summary>The number of training examples and the mean loss on held-out rows before and after training: three numbers.</summary>
    public sealed record Losses : Report;

    /// <summary>
    /// In the client's first round how its training rows are spread over classes, as shares; where rows have no class, over buckets of a hash of their first three tokens.
    /// </summary>
    /// <param name="Buckets">Number of classes or buckets, at least 2; a class counts in the bucket of its number, from the beginning again behind the last.</param>
    /// <param name="Smoothing">What is added to every count.</param>
    public sealed record Labels(int Buckets = 32, double Smoothing = 1e-3) : Report;
}

/// <summary>Rows of a client that are kept from training, drawn once from (seed, client), to measure on; a client with a single row trains and measures on it.</summary>
/// <param name="Share">Share of the client's rows, above 0 … below 1, rounded up.</param>
/// <param name="Least">Fewest rows, as far as one is left to train on.</param>
public sealed record Withheld(double Share = 0.1, int Least = 8);
