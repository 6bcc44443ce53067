using System.Globalization;
using System.Text;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Charts;

/// <summary>Several series over a common x axis of whole numbers, with levels to compare with.</summary>
public static class LineChart
{
    private const double Height = 340;
    private const double TickDistance = 72;
    private const int MarksAtMost = 60;

    /// <summary>Draws the chart as one SVG element.</summary>
    public static string Draw(Caption caption, IReadOnlyList<Series> series, IReadOnlyList<Level> levels, Func<double, string> label, double width = ChartWidth.Wide)
    {
        LegendEntry[] legend =
        [
            .. series.Select((one, i) => new LegendEntry(one.Name, i, IsBar: false, IsLevel: false)),
            .. levels.Select((level, i) => new LegendEntry(level.Name, series.Count + i, IsBar: false, IsLevel: true)),
        ];
        var canvas = new Canvas(caption, width, Height, legend);
        var drawn = series.Select(one => one.Points.Where(point => double.IsFinite(point.Y)).ToArray()).ToArray();
        var y = Scale.Over(drawn.SelectMany(points => points).Select(point => point.Y).Concat(levels.Select(level => level.Y)), 6, canvas.Bottom, canvas.Top);
        var x = XScale(drawn.SelectMany(points => points).Select(point => point.X), canvas, width / TickDistance);
        canvas.Grid(y, label);
        foreach (var tick in x.Ticks.Where(tick => tick <= x.To + 1e-9))
        {
            canvas.Text(x.At(tick), canvas.Bottom + 17, tick.ToString("0.##", CultureInfo.InvariantCulture), "tick", "middle");
        }

        foreach (var (level, entry) in levels.Zip(legend.Skip(series.Count)))
        {
            canvas.Line(canvas.PlotLeft, y.At(level.Y), canvas.PlotRight, y.At(level.Y), entry.Style);
        }

        for (var i = 0; i < drawn.Length; i++)
        {
            Draw(canvas, series[i].Name, drawn[i], x, y, i, label);
        }

        return canvas.Finish();
    }

    private static void Draw(Canvas canvas, string name, Point[] points, Scale x, Scale y, int series, Func<double, string> label)
    {
        var data = new StringBuilder();
        foreach (var point in points)
        {
            data.Append(data.Length == 0 ? 'M' : 'L').Append(Format.Coordinate(x.At(point.X))).Append(' ').Append(Format.Coordinate(y.At(point.Y)));
        }

        if (points.Length > 1)
        {
            canvas.Path(data.ToString(), $"line s{series % LegendEntry.Colours}");
        }

        if (points.Length <= MarksAtMost)
        {
            foreach (var point in points)
            {
                canvas.Mark(x.At(point.X), y.At(point.Y), series, string.Create(CultureInfo.InvariantCulture, $"{name}, {point.X:0.##}: {label(point.Y)}"));
            }
        }
    }

    // Rounds are whole numbers: the axis begins and ends with the data and ticks never fall between.
    private static Scale XScale(IEnumerable<double> values, Canvas canvas, double ticks)
    {
        var all = values.DefaultIfEmpty(0).ToArray();
        var (from, to) = (all.Min(), all.Max());
        if (to <= from)
        {
            return Scale.Exactly(from - 1, from + 1, 1, canvas.PlotLeft + 8, canvas.PlotRight - 8);
        }

        return Scale.Exactly(from, to, Math.Max(1, Scale.RoundStep((to - from) / ticks)), canvas.PlotLeft + 8, canvas.PlotRight - 8);
    }
}
