using Tributary.Federation.Results;
using Tributary.Reports.Charts;
using Tributary.Reports.Markup;

namespace Tributary.Reports.Pages;

/// <summary>The owners' machines, kind by kind.</summary>
internal static class DevicesSection
{
    public static void Write(Page page, RunResult result)
    {
        if (result.Devices is not { Count: > 0 } devices)
        {
            return;
        }

        page.Section("devices", "Machines");
        var absent = devices.SelectMany(device => device.LeftOut).ToArray();
        if (devices.Any(device => device.NeededBytes is not null))
        {
            page.Paragraph(absent.Length == 0
                ? "Every owner's machine could hold its part of the training."
                : $"Left out with their data, because their machines could not hold their part: {string.Join(", ", absent)}.");
        }

        if (result.Rounds.All(round => round.Transfer is not null))
        {
            page.Paragraph($"At the machines' bandwidths the bodies would be on the wire for {Format.Duration(result.Rounds.Sum(round => round.Transfer!.Seconds))} in all rounds, "
                + "waiting in each for the owner that takes longest.");
        }

        DeviceResult[] active = [.. devices.Where(device => device.Clients.Count > 0)];
        if (active.Length > 0)
        {
            var groups = active.Select(device => new BarGroup(device.Profile, [(double)device.BytesUp / device.Clients.Count, (double)device.BytesDown / device.Clients.Count])).ToArray();
            var caption = new Caption("Bytes of one owner", "Bytes that one owner of each kind of machine sent and received in all rounds, on average.", "machine", "");
            page.Chart(width => BarChart.Draw(caption, ["up", "down"], groups, Format.Bytes, width));
        }

        Table(page.Body, devices);
        page.Paragraph("Needs is the memory of the largest process of these owners as it was predicted before the first round; on the wire is the owner that takes longest, over all rounds.", "note");
    }

    private static void Table(Html html, IReadOnlyList<DeviceResult> devices)
    {
        html.Open("div", ("class", "wide")).Open("table").Open("thead").Open("tr").Element("th", "machine", ("scope", "col"));
        foreach (var heading in (string[])["owners", "left out", "base", "rank", "layers", "needs", "has", "up", "down", "on the wire"])
        {
            html.Element("th", heading, ("scope", "col"), ("class", "n"));
        }

        html.Close("tr").Close("thead").Open("tbody").Line();
        foreach (var device in devices)
        {
            html.Open("tr").Element("th", device.Profile, ("scope", "row"));
            foreach (var cell in (string[])
            [
                Format.Count(device.Clients.Count), Format.Count(device.LeftOut.Count), device.BaseTypes is { } types ? $"{device.Model} {string.Join(", ", types)}".TrimStart() : "–", Limit(device.Rank), Limit(device.Layers), Memory(device.NeededBytes), Memory(device.MemoryBytes),
                Format.Bytes(device.BytesUp), Format.Bytes(device.BytesDown), device.Transfer is { } transfer ? Format.Duration(transfer.Seconds) : "–",
            ])
            {
                html.Element("td", cell, ("class", "n"));
            }

            html.Close("tr").Line();
        }

        html.Close("tbody").Close("table").Close("div").Line();
    }

    private static string Limit(int? limit) => limit is { } value ? Format.Count(value) : "all";

    private static string Memory(long? bytes) => bytes is { } value ? Format.Bytes(value) : "–";
}
