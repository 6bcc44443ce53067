using Tributary.Federation.Results;
using Tributary.Reports.Charts;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary><c>report.html</c> of the quickstart: each owner alone against the federation, and what travelled.</summary>
public static class QuickstartPage
{
    /// <summary>The whole page.</summary>
    public static string Render(QuickstartResult result)
    {
        var page = new Page("Quickstart · tributary");
        var best = result.Owners.Max(owner => owner.Alone.All);
        var federated = result.Skills.Average(skill => skill.Federated);
        page.Body.Element("h1", "Several owners, one model").Line();
        page.Paragraph($"{result.Owners.Count} owners hold examples of {result.Skills.Count} skills, each only of one or two. A small model was made on the spot; "
            + "each owner tuned it alone, then all of them together without showing each other their data.", "lede");
        page.Figures(
        [
            new("Together", Format.Percent(federated), $"mean accuracy over {result.Skills.Count} skills"),
            new("Best owner alone", Format.Percent(best), "on the same questions"),
            new("Travelled", Format.Bytes(result.Bytes.Travelled), "all updates, both ways"),
            new("Time", Format.Duration(result.Seconds), $"peak memory {Format.Bytes(result.PeakRssBytes)}"),
        ]);
        Skills(page, result);
        Owners(page, result);
        Curve(page, result);
        Bytes(page, result.Bytes);
        Samples(page, result.Samples);
        return page.Finish(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Written by tributary {ToolVersion.Current}, seed {result.Seed}. Accuracy counts answers that are right to the letter."));
    }

    private static void Skills(Page page, QuickstartResult result)
    {
        page.Section("skills", "Skill by skill");
        page.Paragraph("Accuracy in percent: the shared model, and each owner who trained alone. An owner alone knows what its data shows and little else.");
        var panels = result.Skills.Select(skill => new Panel(
            skill.Name, [new("together", skill.Federated, 0), .. result.Owners.Select((owner, i) => new PanelRow(owner.Id, skill.Alone[i], owner.Skills.Contains(skill.Name) ? 2 : 1))])).ToArray();
        page.Body.Raw(SmallMultiples.Draw("Accuracy of the shared model and of each owner alone.", panels, 1, Format.WholePercent)).Line();
        page.Paragraph("Blue: together. Green: alone, owners whose data holds the skill. Orange: alone, owners whose data does not.", "note");
    }

    private static void Owners(Page page, QuickstartResult result)
    {
        page.Section("owners", "Owner by owner");
        var html = page.Body.Open("div", ("class", "wide")).Open("table").Open("thead").Open("tr").Element("th", "owner", ("scope", "col")).Element("th", "its skills", ("scope", "col"));
        foreach (var heading in (string[])["own skills, alone", "own skills, together", "all skills, alone", "all skills, together"])
        {
            html.Element("th", heading, ("scope", "col"), ("class", "n"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var owner in result.Owners)
        {
            html.Open("tr").Element("th", owner.Id, ("scope", "row")).Element("td", string.Join(", ", owner.Skills));
            foreach (var accuracy in (double[])[owner.Alone.Own, owner.Federated.Own, owner.Alone.All, owner.Federated.All])
            {
                html.Element("td", Format.Percent(accuracy), ("class", "n"));
            }

            html.Close("tr").Line();
        }

        html.Close("tbody").Close("table").Close("div").Line();
    }

    private static void Curve(Page page, QuickstartResult result)
    {
        if (result.Rounds.Count < 2)
        {
            return;
        }

        page.Section("curve", "Learning together");
        var caption = new Caption("Validation loss by round", "Loss of the shared model on held-out questions of all skills, before training and after each round.", "round", "loss (nats per token)");
        Series[] series = [new("validation", [.. result.Rounds.Select((loss, round) => new Point(round, loss))])];
        page.Chart(width => LineChart.Draw(caption, series, [], value => Format.Loss(value), width));
    }

    private static void Bytes(Page page, QuickstartBytes bytes)
    {
        page.Section("bytes", "Bytes that travelled");
        page.Paragraph($"Only updates of the adapter travelled. Sending the whole model every round would have been {Format.Times((double)bytes.ModelEveryRound / Math.Max(1, bytes.Travelled))} as much. "
            + "The data of this example is tiny; with real data the updates stay the same size.");
        page.Facts(
        [
            ("Updates, both ways, all rounds", Format.Bytes(bytes.Travelled)),
            ("The owners' data, which stayed", Format.Bytes(bytes.Data)),
            ("The whole model every round instead", Format.Bytes(bytes.ModelEveryRound)),
        ]);
    }

    private static void Samples(Page page, IReadOnlyList<QuickstartSample> samples)
    {
        if (samples.Count == 0)
        {
            return;
        }

        page.Section("samples", "Questions and answers");
        var html = page.Body.Open("div", ("class", "wide")).Open("table").Open("thead").Open("tr");
        foreach (var heading in (string[])["skill", "question", "right answer", "alone", "together"])
        {
            html.Element("th", heading, ("scope", "col"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var sample in samples)
        {
            html.Open("tr").Element("th", sample.Skill, ("scope", "row")).Element("td", sample.Question).Element("td", sample.Expected);
            html.Element("td", $"{sample.Alone} ({sample.Owner})", ("class", Judge(sample.Alone, sample.Expected)));
            html.Element("td", sample.Federated, ("class", Judge(sample.Federated, sample.Expected)));
            html.Close("tr").Line();
        }

        html.Close("tbody").Close("table").Close("div").Line();
    }

    private static string Judge(string answer, string expected) => answer.Trim() == expected.Trim() ? "good" : "bad";
}
