namespace Tributary.Reports.Charts;

/// <summary>Widths that charts are drawn for, in units of about a pixel: pages show the one that the screen has room for, so that texts stay readable.</summary>
public static class ChartWidth
{
    /// <summary>For the width of a page.</summary>
    public const double Wide = 720;

    /// <summary>For a phone.</summary>
    public const double Narrow = 360;
}
