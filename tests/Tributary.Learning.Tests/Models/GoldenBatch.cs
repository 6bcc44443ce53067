using System.Text.Json;
using Tributary.Learning.Models;

namespace Tributary.Learning.Tests.Models;

/// <summary>A batch of the reference fixtures as token rows: padding left out, labels shifted.</summary>
internal static class GoldenBatch
{
    public static (TokenRows Rows, List<(int Sample, int Column)> Origin) Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var ids = Table(document, "input_ids");
        var mask = Table(document, "attention_mask");
        var perToken = document.RootElement.GetProperty("labels")[0].ValueKind == JsonValueKind.Array;
        var rows = new TokenRows();
        var origin = new List<(int, int)>();
        for (var s = 0; s < ids.Length; s++)
        {
            var kept = Enumerable.Range(0, ids[s].Length).Where(t => mask[s][t] == 1).ToArray();
            var labels = perToken ? document.RootElement.GetProperty("labels")[s].EnumerateArray().Select(e => e.GetInt32()).ToArray() : null;
            rows.Add(
                [.. kept.Select(t => ids[s][t])],
                labels is null ? [] : [.. kept.Select(t => t + 1 < labels.Length ? labels[t + 1] : TokenRows.Ignore)],
                classLabel: labels is null && document.RootElement.GetProperty("labels")[s].TryGetInt32(out var label) ? label : TokenRows.Ignore,
                target: labels is null ? document.RootElement.GetProperty("labels")[s].GetSingle() : 0);
            origin.AddRange(kept.Select(t => (s, t)));
        }

        return (rows, origin);
    }

    private static int[][] Table(JsonDocument document, string name) =>
        [.. document.RootElement.GetProperty(name).EnumerateArray().Select(r => r.EnumerateArray().Select(e => e.GetInt32()).ToArray())];
}
