using Tributary.Reports.Charts;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>The frame of a page: one file without scripts or anything from outside. It is written as XML that is also HTML.</summary>
internal sealed class Page
{
    private readonly string title;

    public Page(string title) => this.title = title;

    /// <summary>What is in the page.</summary>
    public Html Body { get; } = new();

    /// <summary>A heading that begins a section, with an anchor to link to.</summary>
    public void Section(string id, string heading) => Body.Line().Element("h2", heading, ("id", id)).Line();

    /// <summary>A paragraph.</summary>
    public void Paragraph(string text, string? style = null) => Body.Element("p", Format.Unbroken(text), ("class", style)).Line();

    /// <summary>A chart, drawn for a wide and for a narrow screen: the reader sees one of them.</summary>
    /// <param name="draw">Draws it for a width.</param>
    public void Chart(Func<double, string> draw) => Body.Open("div", ("class", "card"))
        .Open("div", ("class", "on-wide")).Raw(draw(ChartWidth.Wide)).Close("div")
        .Open("div", ("class", "on-narrow")).Raw(draw(ChartWidth.Narrow)).Close("div").Close("div").Line();

    /// <summary>The figures that come first.</summary>
    public void Figures(IEnumerable<Figure> figures)
    {
        Body.Open("dl", ("class", "figures"));
        foreach (var figure in figures)
        {
            Body.Open("div").Element("dt", figure.Name).Open("dd").Text(figure.Value);
            if (figure.Note is not null)
            {
                Body.Element("small", figure.Note);
            }

            Body.Close("dd").Close("div");
        }

        Body.Close("dl").Line();
    }

    /// <summary>A table of names and texts.</summary>
    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        Body.Open("div", ("class", "wide")).Open("table", ("class", "facts")).Open("tbody");
        foreach (var (name, value) in facts)
        {
            Body.Open("tr").Element("th", name, ("scope", "row")).Element("td", value).Close("tr");
        }

        Body.Close("tbody").Close("table").Close("div").Line();
    }

    /// <summary>A text as it was written.</summary>
    public void Preformatted(string text) => Body.Open("div", ("class", "wide")).Element("pre", text).Close("div").Line();

    /// <summary>The whole document.</summary>
    public string Finish(string footer) => new Html().Raw("<!DOCTYPE html>\n")
        .Open("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml")).Open("head").Empty("meta", ("charset", "utf-8")).Line()
        .Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line()
        .Element("title", title).Raw("<style>\n").Raw(Style.Sheet).Raw("\n</style>").Close("head").Line()
        .Open("body").Open("main").Raw(Body.ToString()).Element("footer", footer).Close("main").Close("body").Close("html").Line().ToString();
}

/// <summary>One figure that stands out: its name, its value and a short note.</summary>
internal sealed record Figure(string Name, string Value, string? Note = null);
