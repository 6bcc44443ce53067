namespace Tributary.Reports.Charts;

/// <summary>One entry of a legend: what is drawn in which of the page's colours.</summary>
internal sealed record LegendEntry(string Name, int Series, bool IsBar, bool IsLevel)
{
    /// <summary>Number of colours that pages define (classes <c>s0…</c> for strokes, <c>f0…</c> for fills).</summary>
    public const int Colours = 6;

    /// <summary>The CSS class of its stroke.</summary>
    public string Style => IsLevel ? $"level s{Series % Colours}" : $"line s{Series % Colours}";
}
