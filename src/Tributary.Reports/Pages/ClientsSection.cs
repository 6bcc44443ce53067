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
        var columns = Columns(result);
        var html = page.Body.Open("div", ("class", "wide")).Open("table").Open("thead").Open("tr");
        html.Element("th", "owner", ("scope", "col")).Element("th", "examples", ("scope", "col"), ("class", "n"));
        foreach (var column in columns)
        {
            html.Element("th", column.Heading, ("scope", "col"), ("class", "n"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var client in result.Clients)
        {
            Row(html, client.Id, client.Examples, columns, column => column.Figure(client));
        }

        html.Close("tbody");
        if (result.Clients.Count > 1)
        {
            html.Open("tfoot").Line();
            Row(html, "mean", (long)Math.Round(result.Clients.Average(client => client.Examples)), columns, column => Mean(result.Clients.Select(column.Figure)));
            html.Close("tfoot");
        }

        html.Close("table").Close("div").Line();
        Together(page, result);
    }

    // What was measured of owners alone only where they were trained alone.
    private static Column[] Columns(RunResult result)
    {
        var compared = result.Clients.Any(client => client.Baseline is not null);
        Column[] Compared(params Column[] columns) => compared ? columns : [];
        var others = result.Clients.SelectMany(client => client.Metrics.Names).Where(name => name is not (Metrics.LossName or Metrics.UnionLossName)).Distinct().Order(StringComparer.Ordinal);
        return
        [
            .. Compared(new Column("alone", client => client.Baseline?.Loss)),
            new Column(result.Trained, client => client.Metrics.Loss),
            .. Compared(
                new Column("difference", client => client.Metrics.Loss - client.Baseline?.Loss, IsDifference: true),
                new Column("alone, on all data", client => client.Baseline?.Find(Metrics.UnionLossName))),
            .. others.SelectMany(name => (Column[])
            [
                .. Compared(new Column($"{name}, alone", client => client.Baseline?.Find(name))), new Column($"{name}, {result.Trained}", client => client.Metrics.Find(name)),
            ]),
        ];
    }

    private static double? Mean(IEnumerable<double?> figures) => figures.ToArray() is var all && all.All(figure => figure is not null) ? all.Average() : null;

    private static void Row(Html html, string name, long examples, Column[] columns, Func<Column, double?> figure)
    {
        html.Open("tr").Element("th", name, ("scope", "row")).Element("td", Format.Count(examples), ("class", "n"));
        foreach (var column in columns)
        {
            var value = figure(column);
            html.Element("td", column.IsDifference && value is { } difference ? Format.Difference(difference) : Format.Loss(value), ("class", column.IsDifference ? Judged(value) : "n"));
        }

        html.Close("tr").Line();
    }

    private static string Judged(double? difference) => difference switch { < 0 => "n good", > 0 => "n bad", _ => "n" };

    // Another measure than the rows': it has a table of its own.
    private static void Together(Page page, RunResult result)
    {
        if (result.Local is null && result.Pooled is null)
        {
            return;
        }

        page.Paragraph("On the validation rows of all owners together, where a model must know what the others' data hold:");
        page.Facts(new (string What, double? Loss)[]
        {
            ($"The {result.Trained} model", result.Final.Metrics.Loss), ("Owners alone, mean", result.Local?.Loss), ("One model on pooled data", result.Pooled?.Loss),
        }.Where(row => row.Loss is not null).Select(row => (row.What, Format.Loss(row.Loss))));
    }

    private sealed record Column(string Heading, Func<ClientResult, double?> Figure, bool IsDifference = false);
}
