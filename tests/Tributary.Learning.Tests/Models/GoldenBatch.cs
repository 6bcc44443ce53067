using System.Text.Json;
using Tributary.Learning.Models;

namespace Tributary.Learning.Tests.Models;

/// <summary>A batch of the reference fixtures as token rows: padding left out where the model does not see it, labels as the task has them.</summary>
internal static class GoldenBatch
{
    public static TokenRows Read(string path, ModelShape shape)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement;
        var ids = Table(root, "input_ids");
        var types = root.TryGetProperty("token_type_ids", out _) ? Table(root, "token_type_ids") : [];
        var ofTokens = shape.Task == HeadTask.SequenceClassification ? [] : Table(root, "labels");
        var shift = shape.Task == HeadTask.CausalLanguageModelling ? 1 : 0;
        var rows = new TokenRows();
        if (shape.DecoderStartId is { } start)
        {
            for (var s = 0; s < ids.Length; s++)
            {
                int[] learned = [.. ofTokens[s].Where(id => id >= 0)];
                rows.Add([start, .. learned[..^1]], learned, answered: ids[s].AsSpan(0, Table(root, "attention_mask")[s].Sum()));
            }

            return rows;
        }

        for (var s = 0; s < ids.Length; s++)
        {
            // Padding is on the right in all of them.
            var seen = Table(root, "attention_mask")[s].Sum();
            var count = shape.SeesPadding ? ids[s].Length : seen;
            rows.Add(
                ids[s].AsSpan(0, count),
                ofTokens.Length == 0 ? [] : [.. Enumerable.Range(shift, count).Select(t => t < ids[s].Length ? ofTokens[s][t] : TokenRows.Ignore)],
                classLabel: ofTokens.Length == 0 && shape.Head.Problem == ProblemType.SingleLabel ? root.GetProperty("labels")[s].GetInt32() : TokenRows.Ignore,
                pooledAt: shape.Pooled == PooledRow.First ? 0 : -1,
                targets: ofTokens.Length == 0 && shape.Head.Problem != ProblemType.SingleLabel ? Numbers(root.GetProperty("labels")[s]) : [],
                types: types.Length == 0 ? [] : types[s].AsSpan(0, count),
                unseen: count - seen,
                firstLabel: shift == 1 ? ofTokens[s][0] : TokenRows.Ignore);
        }

        return rows;
    }

    private static float[] Numbers(JsonElement label) => label.ValueKind == JsonValueKind.Array ? [.. label.EnumerateArray().Select(e => e.GetSingle())] : [label.GetSingle()];

    private static int[][] Table(JsonElement root, string name) =>
        [.. root.GetProperty(name).EnumerateArray().Select(r => r.EnumerateArray().Select(e => e.GetInt32()).ToArray())];
}
