using Tributary.Federation.Results;

namespace Tributary.Reports.Tests;

/// <summary>Results with every field filled, some of it hostile.</summary>
internal static class MadeUp
{
    public const string Hostile = "</td><script>alert('x')</script>&\"\u0000\uD800";

    public static RunResult Run(int owners, int rounds) => new()
    {
        ToolVersion = "0.1.0",
        KernelSet = "avx512",
        Method = "fedit",
        Basis = "verified",
        Seed = 1,
        ConfigHash = "3f1c8a77d20be954",
        Subject = new RunSubject(
            "stories260K-llama", "llama", 263_040, 7_680, 1_057_352, "9be2c1", "local_training_*.json", "dolly", "one file each (10 owners)", 12_990, 11_500_000, "5c0de7"),
        Initial = Metrics.OfLoss(3.42),
        Rounds = [.. Enumerable.Range(1, rounds).Select(r => new RoundResult(r, [.. Ids(owners)], 2.6 + (0.9 / (r + 0.5)), 2.55 + (0.8 / r), 318_000, 318_000, 307_200, 307_200, 1.4))],
        Clients = [.. Ids(owners).Select((id, i) => new ClientResult(id, 900 + (i * 37), Metrics.OfLoss(2.6 + (i % 5 * 0.06)), Metrics.OfLoss(2.72 + (i % 7 * 0.05) - (i == 3 ? 0.3 : 0)).With(Metrics.UnionLossName, 2.95)))],
        Devices =
        [
            new DeviceResult("workstation", ["a"], [], null, null, 16_000_000_000, 108_000_000, 300_000, 300_000, new Elapsed(0.1)),
            new DeviceResult(Hostile, [], [Hostile], 1, 2, 20_000_000, 104_000_000, 0, 0, null),
        ],
        Local = Metrics.OfLoss(2.95),
        Pooled = Metrics.OfLoss(2.61),
        Final = new FinalResult
        {
            Metrics = Metrics.OfLoss(2.71), GapClosed = 0.7059, Fairness = Fairness.Of([2.6, 2.66, 2.72, 2.78, 2.84]), BytesUp = rounds * 318_000L, BytesDown = rounds * 318_000L,
            ValueBytesUp = rounds * 307_200L, ValueBytesDown = rounds * 307_200L, Seconds = 48.2, PeakRssBytes = 214_000_000,
        },
        Samples =
        [
            new SampleGeneration("### Instruction:\nName three rivers in Europe.\n\n### Response:\n", "Once upon a time, there was a little girl named Lily.", "The Danube, the Rhine and the Loire."),
            new SampleGeneration(Hostile, "", "a < b && c > d"),
        ],
        Warnings = [new CountedWarning("prompt cut to fit max_length 256", 412)],
        Artifacts = new RunArtifacts("adapter", "report.html", "events.jsonl", "state"),
    };

    public static ComparisonResult Comparison()
    {
        ComparedRun[] rows =
        [
            .. from data in (string[])["first", "second"] from method in (string[])["local-only", "pooled", "fedit", "flexlora"] from seed in (ulong[])[1, 2] select new ComparedRun
            {
                Data = data, Method = method, Seed = seed, Metrics = Metrics.OfLoss(2 + (method.Length / 10.0) + (seed / 100.0)).With(Metrics.AccuracyName, 0.3), GapClosed = 0.5,
                Fairness = Fairness.Of([2.6, 2.66]), BytesUp = 318_000 * method.Length, BytesDown = 318_000, Seconds = 12, PeakRssBytes = 140_000_000, AggregationError = 0.02,
            },
            new() { Data = "first", Method = "hetlora", Seed = 1, Failure = $"refused: {Hostile}" },
        ];
        var subject = Run(2, 2).Subject;
        return new ComparisonResult
        {
            ToolVersion = "0.1.0", Name = Hostile, Rows = rows,
            Data = [new("first", subject, 10, 5, "avx512"), new("second", subject with { Data = Hostile }, 10, 5, "avx512")],
            Summary = ComparisonSummary.Of(rows, id => id switch { "fedit" => "verified", "flexlora" or "hetlora" => "reconstruction", _ => null }),
        };
    }

    public static QuickstartResult Quickstart()
    {
        string[] skills = ["reverse", "copy", "sort", "double", "parity", "next letter"];
        QuickstartOwner[] owners =
        [
            new("clinic", ["reverse", "copy"], new(0.96, 0.34), new(0.93, 0.9)), new("bank", ["sort"], new(0.91, 0.19), new(0.9, 0.9)),
            new("school", ["double"], new(0.99, 0.21), new(0.97, 0.9)), new("plant", ["parity", "next letter"], new(0.94, 0.35), new(0.88, 0.9)),
        ];
        return new QuickstartResult(
            38.5, 312_000_000, 1, owners,
            [.. skills.Select((skill, s) => new QuickstartSkill(skill, 0.88 + (s * 0.015), [.. owners.Select((o, i) => o.Skills.Contains(skill) ? 0.95 : 0.03 * (i + s))]))],
            [2.3, 1.4, 0.8, 0.5, 0.36, 0.3, 0.27],
            [new("sort", "sort: dbca", "abcd", "clinic", "acbd", "abcd"), new("parity", "parity: 1011", "odd", "bank", Hostile, "odd")],
            new QuickstartBytes(2_420_000, 184_000, 61_000_000), "quickstart/report.html");
    }

    private static IEnumerable<string> Ids(int owners) => Enumerable.Range(0, owners).Select(i => $"local_training_{i}");
}
