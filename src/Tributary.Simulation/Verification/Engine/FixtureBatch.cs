using System.Text.Json;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>
/// A batch of a fixture: padded rows of token ids with a mask, as written by other libraries, and how its positions map to token rows without padding.
/// </summary>
internal sealed class FixtureBatch
{
    private readonly int[][] ids;
    private readonly int[] starts;
    private readonly int[] lengths;

    private FixtureBatch(JsonElement json, int paddingId)
    {
        ids = json.GetProperty("input_ids").IntegerRows();
        var mask = json.Find("attention_mask")?.IntegerRows() ?? [.. ids.Select(row => Enumerable.Repeat(1, row.Length).ToArray())];
        starts = [.. mask.Select(row => Array.IndexOf(row, 1))];
        lengths = [.. mask.Select(row => row.Sum())];
        var positions = json.Find("position_ids")?.IntegerRows();
        var labels = json.Find("labels") ?? default;
        var perToken = labels.ValueKind == JsonValueKind.Array && labels[0].ValueKind == JsonValueKind.Array;
        var labelRows = perToken ? labels.IntegerRows() : null;
        Targets = labels.ValueKind == JsonValueKind.Array && !perToken ? labels.Numbers() : null;
        for (var i = 0; i < ids.Length; i++)
        {
            RequireOneRun(mask[i], i);
            var first = positions is null ? 0 : positions[i][starts[i]];
            var label = Targets is not null && Targets[i] == Math.Floor(Targets[i]) ? (int)Targets[i] : TokenRows.Ignore;
            Rows.Add(
                ids[i].AsSpan(starts[i], lengths[i]), labelRows is null ? default : Aligned(labelRows[i], starts[i], lengths[i]), first, label, i,
                PooledAt(ids[i], paddingId) - starts[i], target: (float)(Targets?[i] ?? 0));
        }
    }

    /// <summary>The batch as token rows.</summary>
    public TokenRows Rows { get; } = new();

    /// <summary>One label per sequence, where the fixture has them.</summary>
    public double[]? Targets { get; }

    /// <summary>Number of sequences.</summary>
    public int Count => ids.Length;

    /// <summary>Length of the padded rows.</summary>
    public int PaddedLength => ids[0].Length;

    /// <summary>Reads a batch; <paramref name="paddingId"/> marks where a sequence ends for a pooled head (−1: nowhere).</summary>
    public static FixtureBatch Read(JsonElement json, int paddingId = -1) => new(json, paddingId);

    /// <summary>The token ids of a sequence, without padding.</summary>
    public int[] Prompt(int sequence) => ids[sequence].AsSpan(starts[sequence], lengths[sequence]).ToArray();

    /// <summary>The padded position (sequence · padded length + column) of every token row, in row order.</summary>
    public IEnumerable<int> PaddedPositions() =>
        Enumerable.Range(0, Count).SelectMany(i => Enumerable.Range((i * PaddedLength) + starts[i], lengths[i]));

    // labels[t] of token rows is the id at t + 1; other libraries keep labels[t] at t and shift in the loss.
    private static int[] Aligned(int[] labels, int start, int length)
    {
        var aligned = new int[length];
        for (var t = 0; t < length; t++)
        {
            aligned[t] = start + t + 1 < labels.Length ? labels[start + t + 1] : TokenRows.Ignore;
        }

        return aligned;
    }

    // The last token before the first padding token, counted by ids and not by the mask; the last one when there is none.
    private static int PooledAt(int[] row, int paddingId)
    {
        var padding = paddingId < 0 ? -1 : Array.IndexOf(row, paddingId);
        return padding < 0 ? row.Length - 1 : (padding + row.Length - 1) % row.Length;
    }

    private static void RequireOneRun(int[] mask, int sequence)
    {
        var start = Array.IndexOf(mask, 1);
        if (start < 0 || Array.IndexOf(mask, 0, start) is var end && end >= 0 && Array.IndexOf(mask, 1, end) >= 0)
        {
            throw new InputException($"attention_mask of sequence {sequence} is not one run of ones; only left or right padding can be represented");
        }
    }
}
