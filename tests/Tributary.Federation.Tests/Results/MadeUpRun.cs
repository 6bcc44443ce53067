using Tributary.Federation.Results;

namespace Tributary.Federation.Tests.Results;

/// <summary>A result with every field filled.</summary>
internal static class MadeUpRun
{
    public static RunResult Create() => new()
    {
        ToolVersion = "0.1.0",
        KernelSet = "reference",
        Method = "fedit",
        Basis = "verified",
        Seed = 7,
        ConfigHash = "abc",
        Subject = new RunSubject("tiny", "llama", 1000, 10, 4000, "f00", "rows.json", "dolly", "files", 20, 900, "da7a"),
        Initial = Metrics.OfLoss(3),
        Rounds = [new RoundResult(1, ["a", "b"], 2.5, 2.25, 10, 20, 8, 16, 0.5), new RoundResult(2, ["a"], 2.25, null, 5, 10, 4, 8, 0.25)],
        Clients = [new ClientResult("a", 12, Metrics.OfLoss(2), Metrics.OfLoss(2.5)), new ClientResult("b", 8, Metrics.OfLoss(2.25).With("accuracy", 0.5), null)],
        Local = Metrics.OfLoss(2.25),
        Pooled = Metrics.OfLoss(1.75),
        Final = new FinalResult
        {
            Metrics = Metrics.OfLoss(2), GapClosed = 0.5, Fairness = Fairness.Of([2, 2.25]), BytesUp = 15, BytesDown = 30, ValueBytesUp = 12, ValueBytesDown = 24,
            Seconds = 1.5, PeakRssBytes = 1 << 20,
        },
        Samples = [new SampleGeneration("Q", "x", "y")],
        Warnings = [new CountedWarning("sample cut", 3)],
        Artifacts = new RunArtifacts("adapter", "report.html", "events.jsonl", null),
    };
}
