using Tributary.Reports.Markup;

namespace Tributary.Reports.Charts;

/// <summary>A named point with how far its height may be off.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="X">Its place on the x axis, above 0.</param>
/// <param name="Y">Its height.</param>
/// <param name="Deviation">Half the length of its error bar; 0 draws none.</param>
public sealed record NamedPoint(string Name, double X, double Y, double Deviation = 0);

/// <summary>
/// Many subjects as points over a logarithmic x axis, where less is better on both: those that nothing else beats on both are joined by a line and named first; others are
/// named where there is room, and all when pointed at.
/// </summary>
public static class ScatterChart
{
    private const double Height = 420;

    /// <summary>Draws the chart as one SVG element.</summary>
    public static string Draw(
        Caption caption, IReadOnlyList<NamedPoint> points, IReadOnlyList<Level> levels, Func<double, string> xLabel, Func<double, string> yLabel, double width = ChartWidth.Wide)
    {
        var drawn = points.Where(point => point.X > 0 && double.IsFinite(point.X) && double.IsFinite(point.Y)).ToArray();
        var front = Front(drawn);
        LegendEntry[] ofLevels = [.. levels.Select((level, i) => new LegendEntry(level.Name, 2 + i, IsBar: false, IsLevel: true))];
        var canvas = new Canvas(caption, width, Height,
        [
            new("on the front: nothing is better in both", 0, IsBar: false, IsLevel: false),
            .. front.Length < drawn.Length ? [new LegendEntry("others", 1, IsBar: false, IsLevel: false)] : Array.Empty<LegendEntry>(),
            .. ofLevels,
        ]);
        var y = Scale.Over(drawn.SelectMany(point => new[] { point.Y - point.Deviation, point.Y + point.Deviation }).Concat(levels.Select(level => level.Y)), 6, canvas.Bottom, canvas.Top);
        var (low, high) = drawn.Length == 0 ? (0, 1) : (Math.Log10(drawn.Min(point => point.X)), Math.Log10(drawn.Max(point => point.X)));
        var room = Math.Max(0.05, (high - low) * 0.06);
        var x = Scale.Exactly(low - room, high + room, 1, canvas.PlotLeft, canvas.PlotRight);
        canvas.Grid(y, yLabel);
        foreach (var tick in Ticks(x.From, x.To, width))
        {
            canvas.Line(x.At(Math.Log10(tick)), canvas.Top, x.At(Math.Log10(tick)), canvas.Bottom, "grid");
            canvas.Text(x.At(Math.Log10(tick)), canvas.Bottom + 17, xLabel(tick), "tick", "middle");
        }

        var places = new LabelPlaces(canvas.PlotLeft, canvas.Top - 8, canvas.PlotRight + 10, canvas.Bottom);
        foreach (var (level, entry) in levels.Zip(ofLevels))
        {
            canvas.Line(canvas.PlotLeft, y.At(level.Y), canvas.PlotRight, y.At(level.Y), entry.Style);
            places.AddLine(canvas.PlotLeft, y.At(level.Y), canvas.PlotRight, y.At(level.Y));
        }

        for (var i = 1; i < front.Length; i++)
        {
            var (x1, y1, x2, y2) = (x.At(Math.Log10(front[i - 1].X)), y.At(front[i - 1].Y), x.At(Math.Log10(front[i].X)), y.At(front[i].Y));
            canvas.Line(x1, y1, x2, y2, "line s0");
            places.AddLine(x1, y1, x2, y2);
        }

        NamedPoint[] ordered = [.. front, .. drawn.Except(front).OrderBy(point => point.Y)];
        foreach (var point in ordered.Reverse())
        {
            Mark(canvas, places, point, x.At(Math.Log10(point.X)), y, front.Contains(point) ? 0 : 1, $"{point.Name}: {yLabel(point.Y)} at {xLabel(point.X)}");
        }

        foreach (var point in ordered)
        {
            if (places.Take(x.At(Math.Log10(point.X)), y.At(point.Y), point.Name) is var (at, line, anchor))
            {
                canvas.Text(at, line, point.Name, front.Contains(point) ? "legend" : "tick", anchor);
            }
        }

        return canvas.Finish();
    }

    /// <summary>The points that no other is at least as good as in both and better in one, from left to right.</summary>
    internal static NamedPoint[] Front(IReadOnlyList<NamedPoint> points)
    {
        var front = new List<NamedPoint>();
        foreach (var point in points.OrderBy(point => point.X).ThenBy(point => point.Y))
        {
            if (front.Count == 0 || point.Y < front[^1].Y)
            {
                front.Add(point);
            }
        }

        return [.. front];
    }

    private static void Mark(Canvas canvas, LabelPlaces places, NamedPoint point, double at, Scale y, int series, string tip)
    {
        if (point.Deviation > 0)
        {
            var (low, high) = (y.At(point.Y - point.Deviation), y.At(point.Y + point.Deviation));
            canvas.Line(at, low, at, high, "base");
            places.AddLine(at, low, at, high);
        }

        canvas.Mark(at, y.At(point.Y), series, tip);
        places.AddMark(at, y.At(point.Y));
    }

    // 1, 2 and 5 times powers of ten; powers alone where that is too many.
    private static double[] Ticks(double from, double to, double width)
    {
        var most = width / 64;
        foreach (var digits in (double[][])[[1, 2, 5], [1]])
        {
            var ticks = Enumerable.Range((int)Math.Floor(from), (int)Math.Ceiling(to) - (int)Math.Floor(from) + 1)
                .SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power))).Where(tick => Math.Log10(tick) >= from && Math.Log10(tick) <= to).ToArray();
            if (ticks.Length <= most)
            {
                return ticks.Length > 0 ? ticks : [Math.Pow(10, (from + to) / 2)];
            }
        }

        return [Math.Pow(10, Math.Ceiling(from)), Math.Pow(10, Math.Floor(to))];
    }
}
