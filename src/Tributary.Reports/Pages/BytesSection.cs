using Tributary.Federation.Results;
using Tributary.Reports.Charts;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>What travelled, round by round and in all.</summary>
internal static class BytesSection
{
    private const int ShownAtMost = 20;

    public static void Write(Page page, RunResult result)
    {
        page.Section("bytes", "Bytes that travelled");
        var (final, subject) = (result.Final, result.Subject);
        var travelled = final.BytesUp + final.BytesDown;
        if (travelled == 0)
        {
            page.Paragraph($"No update. The rows of all owners, {Format.Bytes(subject.DataBytes)}, had to lie in one place before the first step.");
            Table(page.Body, result);
            return;
        }

        page.Paragraph($"All owners together sent {Format.Bytes(final.BytesUp)} and received {Format.Bytes(final.BytesDown)}. "
            + (result.Cut is { } cut
                ? $"Of their training data, {Format.Bytes(subject.DataBytes)}, no file travelled; but in every step the server received what the {MethodName.FirstBlocks(cut)} gave for each token "
                    + "of the batch, and the labels, which are the very tokens that are learned. Much of the texts can be read from that."
                : $"The training data that stayed with them is {Format.Bytes(subject.DataBytes)}."));
        var wholeModel = 2.0 * subject.ModelBytes * result.Rounds.Sum(round => round.Cohort.Count);
        if (wholeModel > 0)
        {
            page.Paragraph($"Sending the whole model ({Format.Bytes(subject.ModelBytes)}) both ways in every round would have been {Format.Bytes(wholeModel)}, "
                + $"{Format.Times(wholeModel / travelled)} as much.");
        }

        var groups = result.Rounds.Select(round => new BarGroup($"{round.Round}", [round.BytesUp, round.BytesDown])).ToArray();
        var caption = new Caption("Bytes by round", "Bytes sent and received by all owners in each round.", "round", "");
        page.Chart(width => BarChart.Draw(caption, ["up", "down"], groups, Format.Bytes, width));
        if (result.Rounds.Count > ShownAtMost)
        {
            page.Body.Open("details").Element("summary", $"Table of {result.Rounds.Count} rounds");
            Table(page.Body, result);
            page.Body.Close("details").Line();
        }
        else
        {
            Table(page.Body, result);
        }

        page.Paragraph("Up and down are the lengths of the safetensors bodies; values are the tensor data within them. Overhead of the transport is not counted.", "note");
    }

    private static void Table(Html html, RunResult result)
    {
        html.Open("div", ("class", "wide")).Open("table").Open("thead").Open("tr");
        foreach (var heading in (string[])["round", "owners", "validation loss", "up", "down", "values up", "values down", "time"])
        {
            html.Element("th", heading, ("scope", "col"), ("class", heading == "round" ? null : "n"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var round in result.Rounds)
        {
            Row(html, $"{round.Round}", $"{round.Cohort.Count}", Format.Loss(round.ValidationLoss), round.BytesUp, round.BytesDown, round.ValueBytesUp, round.ValueBytesDown, round.Seconds);
        }

        html.Close("tbody").Open("tfoot");
        var final = result.Final;
        var owners = result.Rounds.SelectMany(round => round.Cohort).Distinct(StringComparer.Ordinal).Count();
        Row(html, "in all", $"{owners} different", Format.Loss(final.Metrics.Loss), final.BytesUp, final.BytesDown, final.ValueBytesUp, final.ValueBytesDown, result.Rounds.Sum(round => round.Seconds));
        html.Close("tfoot").Close("table").Close("div").Line();
    }

    private static void Row(Html html, string round, string owners, string loss, long up, long down, long valuesUp, long valuesDown, double seconds)
    {
        html.Open("tr").Element("th", round, ("scope", "row"));
        foreach (var cell in (string[])[owners, loss, Format.Bytes(up), Format.Bytes(down), Format.Bytes(valuesUp), Format.Bytes(valuesDown), Format.Duration(seconds)])
        {
            html.Element("td", cell, ("class", "n"));
        }

        html.Close("tr").Line();
    }
}
