using System.Xml.Linq;
using Tributary.Federation.Parts;
using Tributary.Federation.Results;
using Tributary.Reports.Markup;
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
        var result = MadeUp.Run(10, 5) with { Local = Metrics.OfLoss(2.5) };

        RunPage.Render(new RunReport("x", result, "")).ShouldContain("no better than training alone");
    }

    [Fact]
    public void A_cut_model_is_not_said_to_keep_its_data_at_home()
    {
        var text = Text(MadeUp.Run(3, 2) with { Method = "splitlora+local_program", Cut = new Cut([2]) });

        text.ShouldContain("with splitlora with another local program in 2 rounds; the model was cut in two, so that in every step what the owners' first 2 blocks gave for each token went to the server, and the labels with it.");
        text.ShouldContain("Much of the texts can be read from that.");
        text.ShouldNotContain("only updates travelled");
        text.ShouldNotContain("stayed with them");
        Text(MadeUp.Run(3, 2)).ShouldContain("only updates travelled");
    }

    [Fact]
    public void A_changed_method_is_told_by_the_parts_that_were_changed() =>
        Text(MadeUp.Run(3, 2) with { Method = "fedbuff+pace+codec", Basis = "changed" })
            .ShouldContain("fedbuff with another pace and another codec than its own, as the experiment says: a method of its own, for which nothing published speaks");

    [Fact]
    public void The_title_of_a_page_says_a_changed_method_in_words() =>
        RunPage.Render(new RunReport("x", MadeUp.Run(3, 2) with { Method = "fedbuff+pace", Basis = "changed" }, "")).ShouldContain("· fedbuff with another pace</title>");

    [Fact]
    public void What_is_below_a_column_of_owners_is_its_mean()
    {
        var result = MadeUp.Run(10, 5);
        var table = Tables(result).Single(table => table.Descendants().First(cell => cell.Name.LocalName == "th").Value == "owner");
        var headings = Cells(table, "thead");
        var means = Cells(table, "tfoot");

        headings.ShouldBe(["owner", "examples", "alone", "federated", "difference", "alone, on all data"]);
        means[2].ShouldBe(Format.Loss(result.Clients.Average(client => client.Baseline!.Loss)));
        means[3].ShouldBe(Format.Loss(result.Clients.Average(client => client.Metrics.Loss)));
        means[5].ShouldBe("2.950");
        Text(result).ShouldContain("Owners alone, mean2.950");
    }

    [Fact]
    public void Without_baselines_there_are_no_columns_for_them()
    {
        var result = MadeUp.Run(2, 2);
        var table = Tables(result with { Local = null, Pooled = null, Clients = [.. result.Clients.Select(client => client with { Baseline = null })] })
            .Single(table => table.Descendants().First(cell => cell.Name.LocalName == "th").Value == "owner");

        Cells(table, "thead").ShouldBe(["owner", "examples", "federated"]);
    }

    [Fact]
    public void Clock_lateness_and_waiting_for_all_are_told_where_there_are_any()
    {
        var result = MadeUp.Run(3, 2);
        var paced = result with
        {
            Rounds = [.. result.Rounds.Select((round, i) => round with { Clock = 60 * (i + 1), Staleness = new Staleness(0.5 * i, i), CalledOff = 4 * i, WaitingForAll = new Waiting(200 * (i + 1), 5) })],
        };

        Text(paced).ShouldContain("2 rounds took 2 min 0 s and joined 6 answers, one every 20 s. Had each waited for its whole cohort, they would have taken 6 min 40 s and joined 10, one every 40 s.");
        Cells(Tables(paced).First(), "tbody").ShouldBe(["1", "1 min 0 s", "3", "0", "0", "0", "3 min 20 s", "2", "2 min 0 s", "3", "0.5", "1", "4", "6 min 40 s"]);
        Text(result).ShouldNotContain("clients' own speeds");
    }

    [Fact]
    public void A_comparison_names_whole_runs_that_it_does_not_show() =>
        Parse(ComparisonPage.Render(MadeUp.Comparison() with { NotShown = ["rolora", "scaffold"] })).Root!.Value.ShouldContain("also holds whole runs of rolora, scaffold");

    [Fact]
    public void Owners_of_all_rounds_are_counted_once()
    {
        var result = MadeUp.Run(6, 3);
        string[][] cohorts = [["a", "b"], ["b", "c"], ["a", "c"]];
        var table = Tables(result with { Rounds = [.. result.Rounds.Zip(cohorts, (round, cohort) => round with { Cohort = cohort })] })
            .Single(table => table.Descendants().First(cell => cell.Name.LocalName == "th").Value == "round");

        Cells(table, "tfoot")[1].ShouldBe("3 different");
    }

    [Fact]
    public void The_same_report_gives_the_same_bytes() =>
        RunPage.Render(new RunReport("x", MadeUp.Run(10, 5), "")).ShouldBe(RunPage.Render(new RunReport("x", MadeUp.Run(10, 5), "")));

    private static string Text(RunResult result) => Parse(RunPage.Render(new RunReport("x", result, ""))).Root!.Value.Replace('\u00A0', ' ');

    private static IEnumerable<XElement> Tables(RunResult result) =>
        Parse(RunPage.Render(new RunReport("x", result, ""))).Descendants().Where(element => element.Name.LocalName == "table");

    private static string[] Cells(XElement table, string part) =>
        [.. table.Descendants().Single(element => element.Name.LocalName == part).Descendants().Where(cell => cell.Name.LocalName is "th" or "td").Select(cell => cell.Value)];

    // Pages are XML apart from the document type, which XML reads too.
    private static XDocument Parse(string page) => XDocument.Parse(page);
}
