using Tributary.Reports.Markup;

namespace Tributary.Reports.Charts;

/// <summary>Groups of upright bars from zero, one bar per series in each group.</summary>
public static class BarChart
{
    private const double Height = 300;
    private const double LabelWidth = 7;

    /// <summary>Draws the chart as one SVG element. Values are not negative.</summary>
    public static string Draw(Caption caption, IReadOnlyList<string> series, IReadOnlyList<BarGroup> groups, Func<double, string> label, double width = ChartWidth.Wide)
    {
        var canvas = new Canvas(caption, width, Height, [.. series.Select((name, i) => new LegendEntry(name, i, IsBar: true, IsLevel: false))]);
        var values = groups.SelectMany(group => group.Values).Select(value => value ?? 0).Append(0);
        var y = Scale.Over(values.Append(values.Max() > 0 ? 0 : 1), 5, canvas.Bottom, canvas.Top);
        canvas.Grid(y, label);
        var groupWidth = (canvas.PlotRight - canvas.PlotLeft) / Math.Max(1, groups.Count);
        var gap = Math.Min(groupWidth * 0.3, 28);
        var barWidth = Math.Min((groupWidth - gap) / Math.Max(1, series.Count), 44);
        var every = LabelEvery(groups, groupWidth);
        for (var g = 0; g < groups.Count; g++)
        {
            var middle = canvas.PlotLeft + ((g + 0.5) * groupWidth);
            var left = middle - (barWidth * series.Count / 2);
            for (var s = 0; s < series.Count; s++)
            {
                if (groups[g].Values[s] is { } value && double.IsFinite(value))
                {
                    canvas.Bar(left + (s * barWidth) + 0.5, y.At(value), Math.Max(barWidth - 1, 0.6), canvas.Bottom - y.At(value), s, $"{groups[g].Label}, {series[s]}: {label(value)}");
                }
            }

            if (g % every == 0)
            {
                canvas.Text(middle, canvas.Bottom + 17, groups[g].Label, "tick", "middle");
            }
        }

        canvas.Line(canvas.PlotLeft, canvas.Bottom, canvas.PlotRight, canvas.Bottom, "base");
        return canvas.Finish();
    }

    // Labels that would overlap are left out evenly; hovering still names each bar.
    private static int LabelEvery(IReadOnlyList<BarGroup> groups, double groupWidth)
    {
        var longest = groups.Select(group => group.Label.Length).DefaultIfEmpty(0).Max();
        return Math.Max(1, (int)Math.Ceiling(((longest * LabelWidth) + 6) / groupWidth));
    }
}
