using Tributary.Reports.Markup;

namespace Tributary.Reports.Charts;

/// <summary>The frame of a chart: an accessible SVG element, its plotting area, grid, axes and legend. Colours are CSS classes, so that pages choose light or dark.</summary>
internal sealed class Canvas
{
    private const double Right = 14;
    private const double CharacterWidth = 6.4;
    private const double LegendRow = 20;

    private readonly Html html = new();
    private readonly double left;
    private readonly double width;
    private readonly double height;
    private readonly string id;

    public Canvas(Caption caption, double width, double height, IReadOnlyList<LegendEntry> legend, double left = 66)
    {
        (this.width, this.height, this.left) = (width, height, left);
        id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"c{Fingerprint(caption)}w{width:0}");
        html.Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", $"0 0 {Format.Coordinate(width)} {Format.Coordinate(height)}"), ("class", "chart"),
            ("role", "img"), ("aria-labelledby", $"{id}t {id}d"));
        html.Element("title", caption.Title, ("id", id + "t")).Element("desc", caption.Description, ("id", id + "d"));
        Top = 12 + Legend(legend);
        Bottom = height - 42;
        Text((PlotLeft + PlotRight) / 2, height - 6, caption.XAxis, "axis", "middle");
        if (caption.YAxis.Length == 0)
        {
            return;
        }

        html.Element("text", caption.YAxis, ("class", "axis"), ("text-anchor", "middle"),
            ("transform", $"translate(13 {Format.Coordinate((Top + Bottom) / 2)}) rotate(-90)"));
    }

    public double PlotLeft => left;

    public double PlotRight => width - Right;

    public double Top { get; }

    public double Bottom { get; }

    /// <summary>Lines across the plot with the values of the y axis beside them.</summary>
    public void Grid(Scale y, Func<double, string> label)
    {
        foreach (var tick in y.Ticks)
        {
            Line(PlotLeft, y.At(tick), PlotRight, y.At(tick), "grid");
            Text(PlotLeft - 7, y.At(tick) + 4, label(tick), "tick", "end");
        }
    }

    public void Line(double x1, double y1, double x2, double y2, string style) => html.Empty(
        "line", ("x1", Format.Coordinate(x1)), ("y1", Format.Coordinate(y1)), ("x2", Format.Coordinate(x2)), ("y2", Format.Coordinate(y2)), ("class", style));

    public void Text(double x, double y, string text, string style, string anchor) =>
        html.Element("text", text, ("x", Format.Coordinate(x)), ("y", Format.Coordinate(y)), ("class", style), ("text-anchor", anchor));

    public void Path(string data, string style) => html.Empty("path", ("d", data), ("class", style));

    /// <summary>A mark whose shape tells series apart without colour; hovering shows the value.</summary>
    public void Mark(double x, double y, int series, string tip)
    {
        html.Open("path", ("d", Shape(series, x, y)), ("class", $"mark f{series % LegendEntry.Colours}")).Element("title", tip).Close("path");
    }

    public void Bar(double x, double y, double barWidth, double barHeight, int series, string tip)
    {
        html.Open("rect", ("x", Format.Coordinate(x)), ("y", Format.Coordinate(y)), ("width", Format.Coordinate(barWidth)), ("height", Format.Coordinate(barHeight)),
            ("rx", "1.5"), ("class", $"f{series % LegendEntry.Colours}")).Element("title", tip).Close("rect");
    }

    /// <summary>The finished SVG element.</summary>
    public string Finish() => html.Close("svg").ToString();

    private static string Shape(int series, double x, double y)
    {
        string At(double dx, double dy) => $"{Format.Coordinate(x + dx)} {Format.Coordinate(y + dy)}";
        return (series % 4) switch
        {
            0 => $"M{At(-3.4, 0)} a3.4 3.4 0 1 0 6.8 0 a3.4 3.4 0 1 0 -6.8 0 Z",
            1 => $"M{At(-3.2, -3.2)} L{At(3.2, -3.2)} L{At(3.2, 3.2)} L{At(-3.2, 3.2)} Z",
            2 => $"M{At(0, -4.4)} L{At(4.2, 3.2)} L{At(-4.2, 3.2)} Z",
            _ => $"M{At(0, -4.4)} L{At(4.4, 0)} L{At(0, 4.4)} L{At(-4.4, 0)} Z",
        };
    }

    // The same chart gets the same id in every run: pages do not differ where results do not.
    private static string Fingerprint(Caption caption)
    {
        var hash = 2166136261u;
        foreach (var c in caption.Title + "\n" + caption.Description)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    private double Legend(IReadOnlyList<LegendEntry> entries)
    {
        if (entries.Count < 2)
        {
            return 0;
        }

        var (x, row) = (left, 0);
        foreach (var entry in entries)
        {
            var needed = 30 + (entry.Name.Length * CharacterWidth);
            if (x > left && x + needed > width)
            {
                (x, row) = (left, row + 1);
            }

            var y = 12 + (row * LegendRow);
            if (entry.IsBar)
            {
                html.Empty("rect", ("x", Format.Coordinate(x)), ("y", Format.Coordinate(y - 7)), ("width", "14"), ("height", "10"), ("rx", "1.5"), ("class", $"f{entry.Series % LegendEntry.Colours}"));
            }
            else
            {
                Line(x, y - 2, x + 18, y - 2, entry.Style);
                if (!entry.IsLevel)
                {
                    html.Empty("path", ("d", Shape(entry.Series, x + 9, y - 2)), ("class", $"mark f{entry.Series % LegendEntry.Colours}"));
                }
            }

            Text(x + 23, y + 2, entry.Name, "legend", "start");
            x += needed + 8;
        }

        return (row + 1) * LegendRow;
    }
}
