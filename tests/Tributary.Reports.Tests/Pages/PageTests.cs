using System.Xml.Linq;
using Tributary.Reports.Pages;

namespace Tributary.Reports.Tests.Pages;

public class PageTests
{
    private static readonly Dictionary<string, string> Pages = new(StringComparer.Ordinal)
    {
        ["run"] = RunPage.Render(new RunReport("dolly-fedit", MadeUp.Run(10, 5), "method: fedit\n")),
        ["hostile run"] = RunPage.Render(new RunReport(MadeUp.Hostile, MadeUp.Run(120, 100), MadeUp.Hostile)),
        ["bare run"] = RunPage.Render(new RunReport("bare", MadeUp.Run(1, 1) with { Initial = null, Local = null, Pooled = null, Samples = [], Warnings = [] }, "")),
        ["comparison"] = ComparisonPage.Render(MadeUp.Comparison()),
        ["quickstart"] = QuickstartPage.Render(MadeUp.Quickstart()),
    };

    public static TheoryData<string> Names => [.. Pages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_is_well_formed_and_names_every_id_once(string name)
    {
        var document = Parse(Pages[name]);
        var ids = document.Descendants().Attributes("id").Select(id => id.Value).ToArray();

        ids.ShouldBeUnique();
        document.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' ')).ShouldBeSubsetOf(ids);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_needs_nothing_from_outside(string name)
    {
        var document = Parse(Pages[name]);

        document.Descendants().Select(element => element.Name.LocalName).ShouldNotContain("script");
        document.Descendants().Attributes().ShouldNotContain(a => a.Name.LocalName == "src" || a.Name.LocalName == "href" || a.Name.LocalName.StartsWith("on"));
        Pages[name].ShouldNotContain("url(");
        Pages[name].ShouldNotContain("@import");
    }

    [Fact]
    public void A_hostile_name_is_only_text()
    {
        var document = Parse(RunPage.Render(new RunReport(MadeUp.Hostile, MadeUp.Run(2, 2), MadeUp.Hostile)));

        document.Descendants().Single(e => e.Name.LocalName == "h1").Value.ShouldBe("</td><script>alert('x')</script>&\"\uFFFD\uFFFD");
    }

    [Fact]
    public void The_page_of_a_run_shows_what_the_result_holds()
    {
        var text = Parse(RunPage.Render(new RunReport("dolly-fedit", MadeUp.Run(10, 5), "method: fedit\n"))).Root!.Value.Replace('\u00A0', ' ');

        text.ShouldContain("The validation loss went from 3.420 to 2.710.");
        text.ShouldContain("70.6 %");
        text.ShouldContain("local_training_9");
        text.ShouldContain("sent 1.6 MB and received 1.6 MB");
        text.ShouldContain("The Danube, the Rhine and the Loire.");
        text.ShouldContain("method: fedit");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_chart_is_drawn_for_a_page_and_for_a_phone(string name)
    {
        var charts = Parse(Pages[name]).Descendants().Where(element => element.Attribute("class")?.Value is "on-wide" or "on-narrow").ToArray();

        charts.ShouldNotBeEmpty();
        charts.Select(chart => (chart.Attribute("class")!.Value, Width: chart.Elements().Single().Attribute("viewBox")!.Value.Split(' ')[2])).Distinct()
            .ShouldBe([("on-wide", "720"), ("on-narrow", "360")]);
    }

    [Fact]
    public void The_time_of_all_rounds_is_the_sum_of_theirs()
    {
        var rows = Parse(RunPage.Render(new RunReport("x", MadeUp.Run(3, 5), ""))).Descendants().Where(element => element.Name.LocalName == "tfoot").ToArray();

        rows[^1].Value.ShouldEndWith("7.0 s");
    }

    [Fact]
    public void A_federation_that_does_not_help_is_not_praised()
    {
        var result = MadeUp.Run(10, 5) with { Local = Tributary.Federation.Results.Metrics.OfLoss(2.5) };

        RunPage.Render(new RunReport("x", result, "")).ShouldContain("no better than training alone");
    }

    [Fact]
    public void The_same_report_gives_the_same_bytes() =>
        RunPage.Render(new RunReport("x", MadeUp.Run(10, 5), "")).ShouldBe(RunPage.Render(new RunReport("x", MadeUp.Run(10, 5), "")));

    // Pages are XML apart from the document type, which XML reads too.
    private static XDocument Parse(string page) => XDocument.Parse(page);
}
