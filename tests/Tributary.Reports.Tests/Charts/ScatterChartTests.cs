using Tributary.Reports.Charts;

namespace Tributary.Reports.Tests.Charts;

public sealed class ScatterChartTests
{
    private static readonly NamedPoint[] Points = [new("cheap", 10, 3), new("beaten", 100, 3.1), new("good", 1000, 1), new("dear", 5000, 1), new("middle", 200, 2, 0.1)];

    [Fact]
    public void The_front_is_what_nothing_beats_in_both() => ScatterChart.Front(Points).Select(point => point.Name).ShouldBe(["cheap", "middle", "good"]);

    [Fact]
    public void Every_point_is_drawn_and_names_its_figures()
    {
        var svg = ScatterChart.Draw(new Caption("t", "d", "x", "y"), Points, [new Level("pooled", 0.5)], value => $"{value:0} B", value => $"{value:0.0}");
        foreach (var point in Points)
        {
            svg.ShouldContain($"{point.Name}: ");
        }

        svg.ShouldContain("pooled");
    }

    [Fact]
    public void The_legend_names_others_only_where_there_are_some()
    {
        static string Draw(NamedPoint[] points) => ScatterChart.Draw(new Caption("t", "d", "x", "y"), points, [], value => $"{value}", value => $"{value}");

        Draw(Points).ShouldContain("others");
        Draw([.. Points.Where(point => point.Name is "cheap" or "middle" or "good")]).ShouldNotContain("others");
    }

    [Fact]
    public void Nothing_and_single_points_can_be_drawn()
    {
        ScatterChart.Draw(new Caption("t", "d", "x", "y"), [], [], value => $"{value}", value => $"{value}").ShouldNotContain("NaN");
        ScatterChart.Draw(new Caption("t", "d", "x", "y"), [Points[0]], [], value => $"{value}", value => $"{value}").ShouldNotContain("NaN");
    }
}
