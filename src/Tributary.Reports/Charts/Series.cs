namespace Tributary.Reports.Charts;

/// <summary>One line of a chart; a point whose Y is not finite is left out.</summary>
public sealed record Series(string Name, IReadOnlyList<Point> Points);

/// <summary>A point of a chart, in the units of its axes.</summary>
public readonly record struct Point(double X, double Y);

/// <summary>A level to compare with, drawn as a dashed line across the chart.</summary>
public sealed record Level(string Name, double Y);

/// <summary>One group of bars: a label and one value per series; a value of null draws no bar.</summary>
public sealed record BarGroup(string Label, IReadOnlyList<double?> Values);

/// <summary>What a chart says about itself: its title, one sentence for people who cannot see it, and its axes.</summary>
public sealed record Caption(string Title, string Description, string XAxis, string YAxis);
