namespace Tributary.Simulation.Verification;

/// <summary>What became of one reference fixture.</summary>
public enum FixtureStatus
{
    /// <summary>Every comparable value lies within its tolerance.</summary>
    Passed,

    /// <summary>A value lies outside its tolerance, or the fixture could not be run.</summary>
    Failed,

    /// <summary>The build does not claim to support it; the reason is given.</summary>
    Skipped,
}

/// <summary>
/// The outcome of one fixture: its path relative to the suite, its kind, which is its folder ("math", "models", "peft"…), the largest |difference| ÷ tolerance over all compared values,
/// and why it failed, was skipped, or was checked only in part.
/// </summary>
public sealed record FixtureOutcome(string Path, string Kind, FixtureStatus Status, double WorstRatio, string? Why);
