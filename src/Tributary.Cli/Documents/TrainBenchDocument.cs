using System.Text.Json.Serialization;
using Tributary.Simulation.Benchmarks;

namespace Tributary.Cli.Documents;

/// <summary>The document of <c>bench train --json</c>.</summary>
internal sealed record TrainBenchDocument(
    Spread TokensPerSecond, Spread StepMs, double FirstStepSeconds, double GemmGflops, double GcBytesPerStep, long BaseBytes, long PeakRssBytes, double LossFirst, double LossLast, string KernelSet)
{
    /// <summary>Where the time went, when that was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProfileDocument? Profile { get; init; }

    /// <summary>The document of a measurement.</summary>
    public static TrainBenchDocument Of(TrainBenchmarkResult result) => new(
        result.TokensPerSecond, result.StepMilliseconds, result.FirstStepSeconds, result.GemmGflops, result.GcBytesPerStep, result.BaseBytes, result.PeakRssBytes, result.LossFirst,
        result.LossLast, result.KernelSet)
    {
        Profile = result.Profile is { } profile ? ProfileDocument.Of(profile.Step, profile.Ceiling) : null,
    };
}
