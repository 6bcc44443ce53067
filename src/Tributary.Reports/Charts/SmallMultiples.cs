using Tributary.Reports.Markup;

namespace Tributary.Reports.Charts;

/// <summary>The same small bar chart several times, one per subject, on one scale: differences between subjects can be seen at once.</summary>
public static class SmallMultiples
{
    private const double Width = 240;
    private const double RowHeight = 17;
    private const double NameWidth = 86;
    private const double ValueWidth = 36;

    /// <summary>Draws one figure per panel, each with a bar per row; rows are labelled in every panel. Values lie in 0…<paramref name="highest"/>.</summary>
    /// <param name="description">What all panels show, in one sentence.</param>
    /// <param name="panels">Title and rows of each panel.</param>
    /// <param name="highest">The value of a full bar.</param>
    /// <param name="label">How a value is written.</param>
    public static string Draw(string description, IReadOnlyList<Panel> panels, double highest, Func<double, string> label)
    {
        var html = new Html().Open("div", ("class", "multiples"));
        foreach (var panel in panels)
        {
            html.Open("figure").Element("figcaption", panel.Title).Raw(Draw(panel, description, highest, label)).Close("figure").Line();
        }

        return html.Close("div").ToString();
    }

    private static string Draw(Panel panel, string description, double highest, Func<double, string> label)
    {
        var html = new Html();
        var height = (panel.Rows.Count * RowHeight) + 4;
        var summary = string.Join(", ", panel.Rows.Select(row => $"{row.Name} {label(row.Value)}"));
        html.Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", $"0 0 {Format.Coordinate(Width)} {Format.Coordinate(height)}"), ("class", "chart"), ("role", "img"),
            ("aria-label", $"{panel.Title}: {summary}"));
        html.Element("title", panel.Title).Element("desc", description);
        for (var i = 0; i < panel.Rows.Count; i++)
        {
            var row = panel.Rows[i];
            var y = 2 + (i * RowHeight);
            var full = Width - NameWidth - ValueWidth;
            var length = Math.Clamp(row.Value / highest, 0, 1) * full;
            html.Element("text", Shorten(row.Name), ("x", Format.Coordinate(NameWidth - 6)), ("y", Format.Coordinate(y + 11)), ("class", "tick"), ("text-anchor", "end"));
            html.Empty("rect", ("x", Format.Coordinate(NameWidth)), ("y", Format.Coordinate(y + 1)), ("width", Format.Coordinate(full)), ("height", "12"), ("class", "track"));
            html.Empty("rect", ("x", Format.Coordinate(NameWidth)), ("y", Format.Coordinate(y + 1)), ("width", Format.Coordinate(length)), ("height", "12"),
                ("class", $"f{row.Colour % LegendEntry.Colours}"));
            html.Element("text", label(row.Value), ("x", Format.Coordinate(Width)), ("y", Format.Coordinate(y + 11)), ("class", "tick"), ("text-anchor", "end"));
        }

        return html.Close("svg").ToString();
    }

    private static string Shorten(string name) => name.Length <= 13 ? name : name[..12] + "…";
}

/// <summary>One of several small charts.</summary>
public sealed record Panel(string Title, IReadOnlyList<PanelRow> Rows);

/// <summary>One bar: its name, its value and which of the page's colours it takes.</summary>
public sealed record PanelRow(string Name, double Value, int Colour);
