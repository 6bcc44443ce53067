using Tributary.Reports.Markup;

namespace Tributary.Reports.Charts;

/// <summary>One row per subject with a mark per series on a common axis, joined by a line: shows small differences that bars from zero would hide.</summary>
public static class DotChart
{
    private const double RowHeight = 22;
    private const double CharacterWidth = 6.6;
    private const double MarkOffset = 6;
    private const double CharactersByWidth = 18 / ChartWidth.Wide;
    private const int FewestCharacters = 12;

    /// <summary>Draws the chart as one SVG element.</summary>
    public static string Draw(Caption caption, IReadOnlyList<string> series, IReadOnlyList<BarGroup> rows, Func<double, string> label, double width = ChartWidth.Wide)
    {
        var longest = Math.Max(FewestCharacters, (int)(width * CharactersByWidth));
        var nameWidth = (rows.Select(row => Math.Min(longest, row.Label.Length)).DefaultIfEmpty(0).Max() * CharacterWidth) + 16;
        LegendEntry[] legend = [.. series.Select((name, i) => new LegendEntry(name, i, IsBar: false, IsLevel: false))];
        var canvas = new Canvas(caption, width, (rows.Count * RowHeight) + 96, legend, nameWidth);
        var x = Scale.Over(rows.SelectMany(row => row.Values).OfType<double>(), 6, canvas.PlotLeft + 8, canvas.PlotRight - 8);
        var ticks = x.Ticks.ToArray();
        var every = (int)Math.Ceiling(((ticks.Max(tick => label(tick).Length) * CharacterWidth) + 6) / (x.At(ticks[1]) - x.At(ticks[0])));
        for (var i = 0; i < ticks.Length; i++)
        {
            canvas.Line(x.At(ticks[i]), canvas.Top, x.At(ticks[i]), canvas.Bottom, "grid");
            if (i % every == 0)
            {
                canvas.Text(x.At(ticks[i]), canvas.Bottom + 17, label(ticks[i]), "tick", "middle");
            }
        }

        for (var r = 0; r < rows.Count; r++)
        {
            var y = canvas.Top + ((r + 0.5) * (canvas.Bottom - canvas.Top) / rows.Count);
            canvas.Text(nameWidth - 8, y + 4, Shorten(rows[r].Label, longest), "tick", "end");
            var known = rows[r].Values.OfType<double>().Where(double.IsFinite).ToArray();
            if (known.Length > 1)
            {
                canvas.Line(x.At(known.Min()), y, x.At(known.Max()), y, "join");
            }

            // One below the other, so that marks of equal values can all be seen.
            for (var s = 0; s < series.Count; s++)
            {
                if (rows[r].Values[s] is { } value && double.IsFinite(value))
                {
                    canvas.Mark(x.At(value), y + ((s - ((series.Count - 1) / 2.0)) * MarkOffset), s, $"{rows[r].Label}, {series[s]}: {label(value)}");
                }
            }
        }

        return canvas.Finish();
    }

    // Names of owners often differ at their ends.
    private static string Shorten(string name, int longest) => name.Length <= longest ? name : $"{name[..((longest - 1) / 2)]}…{name[^(longest / 2)..]}";
}
