using Tributary.Simulation.Verification;

namespace Tributary.Cli.Documents;

/// <summary>The document of <c>verify --json</c>.</summary>
internal sealed record VerifyDocument(int Passed, int Failed, int Skipped, IReadOnlyList<VerifyFixture> Fixtures)
{
    /// <summary>The document of these outcomes.</summary>
    public static VerifyDocument Of(IReadOnlyList<FixtureOutcome> outcomes) => new(
        Count(outcomes, FixtureStatus.Passed), Count(outcomes, FixtureStatus.Failed), Count(outcomes, FixtureStatus.Skipped),
        [.. outcomes.Select(outcome => new VerifyFixture(outcome.Path, outcome.Kind, Name(outcome.Status), outcome.WorstRatio, outcome.Why))]);

    private static int Count(IReadOnlyList<FixtureOutcome> outcomes, FixtureStatus status) => outcomes.Count(outcome => outcome.Status == status);

    private static string Name(FixtureStatus status) => status switch
    {
        FixtureStatus.Passed => "passed",
        FixtureStatus.Failed => "failed",
        _ => "skipped",
    };
}

/// <summary>One fixture in the document of <c>verify --json</c>.</summary>
internal sealed record VerifyFixture(string Path, string Kind, string Status, double WorstRatio, string? Why);
