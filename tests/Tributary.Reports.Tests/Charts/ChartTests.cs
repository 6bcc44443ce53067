using System.Globalization;
using System.Xml.Linq;
using Tributary.Reports.Charts;

namespace Tributary.Reports.Tests.Charts;

public class ChartTests
{
    private static readonly Caption Caption = new("Loss <by> round", "What \"it\" shows & why.", "round", "loss");

    [Fact]
    public void A_line_chart_tells_its_title_and_description_and_draws_each_series_and_level()
    {
        var svg = XElement.Parse(LineChart.Draw(Caption, [new("a", [new(1, 2), new(2, 1)]), new("b", [new(1, 3), new(2, double.NaN)])], [new("bound", 1.5)], Number));

        Named(svg, "title").First().Value.ShouldBe("Loss <by> round");
        Named(svg, "desc").Single().Value.ShouldBe("What \"it\" shows & why.");
        svg.Attribute("role")!.Value.ShouldBe("img");
        Named(svg, "path").Count(path => Style(path).StartsWith("line")).ShouldBe(1, "a series of one finite point has no line");
        Named(svg, "path").Count(path => Named(path, "title").Any()).ShouldBe(3);
        Named(svg, "line").Count(line => Style(line).StartsWith("level")).ShouldBe(2, "one across the plot, one in the legend");
    }

    [Theory]
    [InlineData(ChartWidth.Wide)]
    [InlineData(ChartWidth.Narrow)]
    public void Everything_drawn_lies_within_the_frame(double width)
    {
        var svg = XElement.Parse(LineChart.Draw(Caption, [new("a", [.. Enumerable.Range(0, 200).Select(i => new Point(i, Math.Sin(i) * 1e5))])], [], Number, width));
        double Value(XElement e, string name) => double.Parse(e.Attribute(name)!.Value, CultureInfo.InvariantCulture);

        Named(svg, "line").SelectMany(line => new[] { Value(line, "x1"), Value(line, "x2") }).ShouldAllBe(x => x >= 0 && x <= width);
        Named(svg, "line").SelectMany(line => new[] { Value(line, "y1"), Value(line, "y2") }).ShouldAllBe(y => y >= 0 && y <= 340);
    }

    [Theory]
    [InlineData(ChartWidth.Wide)]
    [InlineData(ChartWidth.Narrow)]
    public void Texts_along_an_axis_do_not_run_into_each_other(double width)
    {
        string Label(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        string[] charts =
        [
            LineChart.Draw(Caption, [new("a", [.. Enumerable.Range(0, 1001).Select(i => new Point(i, i))])], [], Label, width),
            DotChart.Draw(Caption, ["a", "b"], [new("a rather long name of an owner", [3.2, 4.2]), new("b", [3.3, 4.4])], Label, width),
            BarChart.Draw(Caption, ["a"], [.. Enumerable.Range(1, 500).Select(i => new BarGroup($"{i}", [i]))], Label, width),
        ];
        foreach (var chart in charts)
        {
            var row = Named(XElement.Parse(chart), "text").Where(text => Style(text) == "tick" && text.Attribute("text-anchor")!.Value == "middle").ToArray();
            var ends = row.Select(text => (X: double.Parse(text.Attribute("x")!.Value, CultureInfo.InvariantCulture), Half: text.Value.Length * 3.3)).OrderBy(text => text.X).ToArray();
            ends.Length.ShouldBeGreaterThan(1);
            ends.Zip(ends.Skip(1)).ShouldAllBe(pair => pair.First.X + pair.First.Half < pair.Second.X - pair.Second.Half);
        }
    }

    [Fact]
    public void Marks_of_equal_values_and_ends_of_long_names_can_be_told_apart()
    {
        var svg = XElement.Parse(DotChart.Draw(Caption, ["federated", "alone"], [new("local_training_8", [1, 1]), new("local_training_9", [1, 1])], Number, ChartWidth.Narrow));

        Named(svg, "path").Where(path => Named(path, "title").Any()).Select(path => path.Attribute("d")!.Value.Split(' ')[1]).ShouldBeUnique();
        Named(svg, "text").Where(text => text.Value.Contains('…')).Select(text => text.Value).ShouldBe(["local…ning_8", "local…ning_9"]);
    }

    [Fact]
    public void Bars_stand_on_the_base_and_a_missing_value_draws_none()
    {
        var svg = XElement.Parse(BarChart.Draw(Caption, ["up", "down"], [new("1", [10, null]), new("2", [20, 5])], Number));
        var bars = Named(svg, "rect").Where(bar => Named(bar, "title").Any()).ToArray();
        double Value(XElement e, string name) => double.Parse(e.Attribute(name)!.Value, CultureInfo.InvariantCulture);

        bars.Length.ShouldBe(3);
        bars.Select(bar => Math.Round(Value(bar, "y") + Value(bar, "height"), 1)).Distinct().Count().ShouldBe(1);
        Value(bars[1], "height").ShouldBe(2 * Value(bars[0], "height"), 0.05);
    }

    [Fact]
    public void Charts_without_data_are_still_charts()
    {
        Named(XElement.Parse(LineChart.Draw(Caption, [new("a", [])], [], Number)), "title").ShouldNotBeEmpty();
        Named(XElement.Parse(BarChart.Draw(Caption, ["up"], [], Number)), "title").ShouldNotBeEmpty();
        Named(XElement.Parse(DotChart.Draw(Caption, ["a"], [], Number)), "title").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3e9, 7e9)]
    [InlineData(2.5, 2.5)]
    [InlineData(1e-9, 2e-9)]
    public void A_scale_ends_on_round_numbers_that_hold_the_data(double low, double high)
    {
        var scale = Scale.Over([low, high], 5, 0, 100);

        scale.From.ShouldBeLessThanOrEqualTo(low);
        scale.To.ShouldBeGreaterThanOrEqualTo(high);
        scale.Ticks.Count().ShouldBeInRange(2, 13);
        scale.At(scale.To).ShouldBe(100, 1e-9);
    }

    [Fact]
    public void Small_multiples_say_their_values_aloud()
    {
        var html = XElement.Parse(SmallMultiples.Draw("accuracy", [new("sort", [new("together", 0.9, 0), new("alone <b>", 0.1, 1)])], 1, Number));

        Named(html, "svg").Single().Attribute("aria-label")!.Value.ShouldBe("sort: together 0.9, alone <b> 0.1");
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static IEnumerable<XElement> Named(XElement element, string name) => element.Descendants().Where(e => e.Name.LocalName == name);

    private static string Style(XElement element) => element.Attribute("class")?.Value ?? "";
}
