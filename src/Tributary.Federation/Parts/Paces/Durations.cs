using System.Text.Json.Serialization;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Paces;

/// <summary>How long simulated clients take from order to answer, in seconds of the run's own clock: drawn for every client and version from the seed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Constant), "constant")]
[JsonDerivedType(typeof(HalfNormal), "half_normal")]
[JsonDerivedType(typeof(LogNormal), "log_normal")]
public abstract record Durations
{
    private Durations()
    {
    }

    /// <summary>The duration of a piece of work; a millisecond at least.</summary>
    public double Of(long seed, string client, int version)
    {
        const double Shortest = 1e-3;
        var numbers = PhiloxStream.Root(seed).Child("duration").Child(client).Child(version).Sequence();
        return Math.Max(Shortest, this switch
        {
            Constant constant => constant.Seconds,
            HalfNormal half => half.Least + (half.Deviation * Math.Abs(numbers.Normal())),
            LogNormal log => log.Median * Math.Exp(log.Sigma * numbers.Normal()),
            _ => throw new ArgumentException($"unknown durations {this}"),
        });
    }

    /// <summary>All alike.</summary>
    /// <param name="Seconds">How long.</param>
    public sealed record Constant(double Seconds = 1) : Durations;

    /// <summary>Least + the absolute value of a normal number.</summary>
    /// <param name="Deviation">Its deviation.</param>
    /// <param name="Least">The shortest.</param>
    public sealed record HalfNormal(double Deviation = 1, double Least = 0) : Durations;

    /// <summary>Its logarithm is normal.</summary>
    /// <param name="Median">The median.</param>
    /// <param name="Sigma">Deviation of the logarithm.</param>
    public sealed record LogNormal(double Median = 1, double Sigma = 1) : Durations;
}
