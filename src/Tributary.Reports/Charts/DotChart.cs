using Tributary.Reports.Markup;

namespace Tributary.Reports.Charts;

/// <summary>One row per subject with a mark per series on a common axis, joined by a line: shows small differences that bars from zero would hide.</summary>
public static class DotChart
{
    private const double Width = 720;
    private const double RowHeight = 22;
    private const double NameWidth = 130;
    private const int LongestName = 18;

    /// <summary>Draws the chart as one SVG element.</summary>
    public static string Draw(Caption caption, IReadOnlyList<string> series, IReadOnlyList<BarGroup> rows, Func<double, string> label)
    {
        LegendEntry[] legend = [.. series.Select((name, i) => new LegendEntry(name, i, IsBar: false, IsLevel: false))];
        var canvas = new Canvas(caption, Width, (rows.Count * RowHeight) + 96, legend, NameWidth);
        var x = Scale.Over(rows.SelectMany(row => row.Values).OfType<double>(), 6, canvas.PlotLeft + 8, canvas.PlotRight - 8);
        foreach (var tick in x.Ticks)
        {
            canvas.Line(x.At(tick), canvas.Top, x.At(tick), canvas.Bottom, "grid");
            canvas.Text(x.At(tick), canvas.Bottom + 17, label(tick), "tick", "middle");
        }

        for (var r = 0; r < rows.Count; r++)
        {
            var y = canvas.Top + ((r + 0.5) * (canvas.Bottom - canvas.Top) / rows.Count);
            canvas.Text(NameWidth - 8, y + 4, Shorten(rows[r].Label), "tick", "end");
            var known = rows[r].Values.OfType<double>().Where(double.IsFinite).ToArray();
            if (known.Length > 1)
            {
                canvas.Line(x.At(known.Min()), y, x.At(known.Max()), y, "join");
            }

            for (var s = 0; s < series.Count; s++)
            {
                if (rows[r].Values[s] is { } value && double.IsFinite(value))
                {
                    canvas.Mark(x.At(value), y, s, $"{rows[r].Label}, {series[s]}: {label(value)}");
                }
            }
        }

        return canvas.Finish();
    }

    private static string Shorten(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";
}
