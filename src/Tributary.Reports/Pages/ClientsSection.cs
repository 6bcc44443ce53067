using Tributary.Federation.Results;
using Tributary.Reports.Charts;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>Every owner: in the federation against alone.</summary>
internal static class ClientsSection
{
    private const int DrawnAtMost = 40;
    private const int ShownAtMost = 30;

    public static void Write(Page page, RunResult result)
    {
        page.Section("owners", "Owner by owner");
        var clients = result.Clients;
        var compared = clients.Where(client => client.Baseline is not null).ToArray();
        if (compared.Length > 0)
        {
            var better = compared.Count(client => client.Metrics.Loss < client.Baseline!.Loss);
            page.Paragraph($"On its own validation data the shared model is better than training alone for {better} of {compared.Length} owners.");
            Draw(page, compared, result.Trained);
        }
        else
        {
            page.Paragraph("No owner was trained alone in this run (data.local_baseline is off), so there is nothing to compare with.");
        }

        if (clients.Count > ShownAtMost)
        {
            page.Body.Open("details").Element("summary", $"Table of {clients.Count} owners");
            Table(page, result);
            page.Body.Close("details").Line();
        }
        else
        {
            Table(page, result);
        }
    }

    private static void Draw(Page page, IReadOnlyList<ClientResult> clients, string trained)
    {
        var rows = clients.Take(DrawnAtMost).Select(client => new BarGroup(client.Id, [client.Metrics.Loss, client.Baseline!.Loss])).ToArray();
        var caption = new Caption("Loss of each owner", $"For each owner, the loss of the {trained} model and of its own model on its validation data.", "loss (nats per token)", "");
        page.Chart(width => DotChart.Draw(caption, [trained, "alone"], rows, value => Format.Loss(value), width));
        if (clients.Count > DrawnAtMost)
        {
            page.Paragraph($"Drawn are the first {DrawnAtMost} of {clients.Count} owners.", "note");
        }
    }

    private static void Table(Page page, RunResult result)
    {
        var others = result.Clients.SelectMany(client => client.Metrics.Names).Where(name => name is not (Metrics.LossName or Metrics.UnionLossName)).Distinct().Order(StringComparer.Ordinal).ToArray();
        var html = page.Body.Open("div", ("class", "wide")).Open("table").Open("thead").Open("tr");
        html.Element("th", "owner", ("scope", "col"));
        foreach (var heading in (string[])["examples", "alone", result.Trained, "difference", "alone, on all data", .. others.SelectMany(name => (string[])[$"{name}, alone", $"{name}, {result.Trained}"])])
        {
            html.Element("th", heading, ("scope", "col"), ("class", "n"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var client in result.Clients)
        {
            Row(html, client, others);
        }

        html.Close("tbody");
        if (result.Local is not null || result.Pooled is not null)
        {
            Summary(html, result, others.Length);
        }

        html.Close("table").Close("div").Line();
    }

    private static void Row(Html html, ClientResult client, string[] others)
    {
        html.Open("tr").Element("th", client.Id, ("scope", "row")).Element("td", Format.Count(client.Examples), ("class", "n"));
        html.Element("td", Format.Loss(client.Baseline?.Loss), ("class", "n")).Element("td", Format.Loss(client.Metrics.Loss), ("class", "n"));
        var difference = client.Metrics.Loss - client.Baseline?.Loss;
        html.Element("td", difference is { } value ? Format.Difference(value) : "–", ("class", difference switch { < 0 => "n good", > 0 => "n bad", _ => "n" }));
        html.Element("td", Format.Loss(client.Baseline?.Find(Metrics.UnionLossName)), ("class", "n"));
        foreach (var name in others)
        {
            html.Element("td", Format.Loss(client.Baseline?.Find(name)), ("class", "n")).Element("td", Format.Loss(client.Metrics.Find(name)), ("class", "n"));
        }

        html.Close("tr").Line();
    }

    private static void Summary(Html html, RunResult result, int others)
    {
        html.Open("tfoot").Open("tr").Element("th", "on all validation data", ("scope", "row")).Element("td", Format.Count(result.Clients.Sum(client => client.Examples)), ("class", "n"));
        html.Element("td", Format.Loss(result.Local?.Loss), ("class", "n")).Element("td", Format.Loss(result.Final.Metrics.Loss), ("class", "n"));
        html.Element("td", result.Local is { } local ? Format.Difference(result.Final.Metrics.Loss - local.Loss) : "–", ("class", "n"));
        Fill(html, 1 + (others * 2));
        html.Close("tr");
        if (result.Pooled is { } pooled)
        {
            html.Open("tr").Element("th", "pooled data", ("scope", "row")).Element("td", "").Element("td", "").Element("td", Format.Loss(pooled.Loss), ("class", "n")).Element("td", "");
            Fill(html, 1 + (others * 2));
            html.Close("tr");
        }

        html.Close("tfoot");
    }

    private static void Fill(Html html, int cells)
    {
        for (var i = 0; i < cells; i++)
        {
            html.Element("td", "");
        }
    }
}
