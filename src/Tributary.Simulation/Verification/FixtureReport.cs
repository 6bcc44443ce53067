using System.Globalization;

namespace Tributary.Simulation.Verification;

/// <summary>Collects the comparisons of one fixture: the worst ratio and where it was, what was left out, and whether it is not supported at all.</summary>
internal sealed class FixtureReport
{
    private readonly List<string> notes = [];
    private string? worstAt;
    private string? refusal;
    private int compared;

    /// <summary>The largest |difference| ÷ tolerance so far.</summary>
    public double WorstRatio { get; private set; }

    /// <summary>Compares one number. A tolerance of zero asks for equality; a result that is not finite never agrees with a finite one.</summary>
    public void Compare(string what, double expected, double actual, double tolerance)
    {
        compared++;
        var difference = Math.Abs(expected - actual);
        var ratio = expected.Equals(actual) || difference == 0 ? 0 : tolerance > 0 && double.IsFinite(difference) ? difference / tolerance : double.MaxValue;
        if (ratio > WorstRatio)
        {
            WorstRatio = ratio;
            worstAt = string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected:G9}, got {actual:G9}, tolerance {tolerance:G3}");
        }
    }

    /// <summary>Compares a tensor entry by entry with a tolerance relative to its largest expected entry.</summary>
    public void CompareRelative(string what, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double relative)
    {
        Check($"{what} has {expected.Length} values, got {actual.Length}", expected.Length == actual.Length);
        var largest = 0.0;
        foreach (var value in expected)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        for (var i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            Compare(what, expected[i], actual[i], relative * largest);
        }
    }

    /// <summary>Records a check without numbers.</summary>
    public void Check(string what, bool holds) => Compare(holds ? what : what + " does not hold", 1, holds ? 1 : 0, 0);

    /// <summary>Notes a part of the fixture that was not compared, and why.</summary>
    public void LeaveOut(string what) => notes.Add(what);

    /// <summary>Marks the whole fixture as not supported.</summary>
    public void Skip(string why) => refusal ??= why;

    /// <summary>The outcome. A fixture in which nothing was compared is skipped, never passed.</summary>
    public FixtureOutcome Outcome(string path, string kind)
    {
        var left = notes.Count == 0 ? null : string.Join("; ", notes.Distinct(StringComparer.Ordinal));
        return refusal is not null ? new FixtureOutcome(path, kind, FixtureStatus.Skipped, 0, refusal)
            : WorstRatio > 1 ? new FixtureOutcome(path, kind, FixtureStatus.Failed, WorstRatio, worstAt)
            : compared == 0 ? new FixtureOutcome(path, kind, FixtureStatus.Skipped, 0, left ?? "nothing in it that this build compares")
            : new FixtureOutcome(path, kind, FixtureStatus.Passed, WorstRatio, left);
    }
}
