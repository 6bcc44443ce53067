using System.Text.Json;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>
/// A batch of a fixture: padded rows of token ids with a mask, as written by other libraries, and how its positions map to token rows. Padding is left out, unless the model
/// sees it beside its sequences.
/// </summary>
internal sealed class FixtureBatch
{
    private readonly int[][] ids;
    private readonly int[] starts;
    private readonly int[] lengths;
    private readonly bool keepsPadding;

    private FixtureBatch(int[][] ids, int[][] mask, int[][]? positions, int[][]? types, FixtureLabels labels, ModelShape shape, FixtureBatch? source)
    {
        (this.ids, Source) = (ids, source);
        keepsPadding = shape.SeesPadding;
        starts = [.. mask.Select(row => Array.IndexOf(row, 1))];
        lengths = [.. mask.Select(row => row.Sum())];
        for (var i = 0; i < ids.Length; i++)
        {
            RequireOneRun(mask[i], i);
            var first = positions is null ? 0 : positions[i][starts[i]];
            var count = lengths[i] + PaddingOf(i);
            Rows.Add(
                ids[i].AsSpan(starts[i], count), labels.OfTokens(i, starts[i], count), first, labels.OfSequence(i), i, PooledAt(i, shape),
                targets: labels.Targets(i), types: types is null ? default : types[i].AsSpan(starts[i], count), unseen: PaddingOf(i),
                firstLabel: labels.OfFirst(i, starts[i]), answered: source is null ? default : source.Prompt(i));
        }
    }

    /// <summary>The batch as token rows.</summary>
    public TokenRows Rows { get; } = new();

    /// <summary>For an encoder–decoder model: the texts that the sequences answer.</summary>
    public FixtureBatch? Source { get; }

    /// <summary>Number of sequences.</summary>
    public int Count => ids.Length;

    /// <summary>Length of the padded rows.</summary>
    public int PaddedLength => ids[0].Length;

    /// <summary>Reads a batch for a model.</summary>
    public static FixtureBatch Read(JsonElement json, ModelShape shape)
    {
        var ids = json.GetProperty("input_ids").IntegerRows();
        var mask = json.Find("attention_mask")?.IntegerRows() ?? [.. ids.Select(row => Enumerable.Repeat(1, row.Length).ToArray())];
        var labels = new FixtureLabels(json.Find("labels"), shape);
        if (shape.DecoderStartId is not { } start)
        {
            return new FixtureBatch(ids, mask, json.Find("position_ids")?.IntegerRows(), json.Find("token_type_ids")?.IntegerRows(), labels, shape, source: null);
        }

        // The decoder's rows are the labels shifted right, with padding where there is none to learn.
        var learned = json.GetProperty("labels").IntegerRows();
        int[][] shifted = [.. learned.Select(row => new[] { start }.Concat(row.SkipLast(1).Select(id => id >= 0 ? id : shape.PadId ?? 0)).ToArray())];
        int[][] known = [.. learned.Select(row => row.Select((_, t) => t <= Array.FindLastIndex(row, id => id >= 0) ? 1 : 0).ToArray())];
        return new FixtureBatch(shifted, known, positions: null, types: null, labels, shape, new FixtureBatch(ids, mask, null, null, new FixtureLabels(null, shape), shape, source: null));
    }

    /// <summary>The token ids of a sequence, without padding.</summary>
    public int[] Prompt(int sequence) => ids[sequence].AsSpan(starts[sequence], lengths[sequence]).ToArray();

    /// <summary>
    /// The padded position (sequence · padded length + column) of every token row, in row order; null for a row of padding. Virtual tokens stand in front of the padding.
    /// </summary>
    public IEnumerable<int?> PaddedPositions(int virtualRows = 0) => Enumerable.Range(0, Count).SelectMany(i =>
    {
        var row = i * (PaddedLength + virtualRows);
        var text = row + virtualRows + starts[i];
        return Enumerable.Range(row, virtualRows).Select(p => (int?)p).Concat(Enumerable.Range(0, lengths[i] + PaddingOf(i)).Select(t => t < lengths[i] ? text + t : (int?)null));
    });

    private int PaddingOf(int sequence) => keepsPadding ? ids[sequence].Length - starts[sequence] - lengths[sequence] : 0;

    // Of a causal model the last token before the first padding token, counted by ids and not by the mask; the last one when there is none.
    private int PooledAt(int sequence, ModelShape shape)
    {
        if (shape.Task != HeadTask.SequenceClassification || shape.Pooled == PooledRow.First)
        {
            return 0;
        }

        var row = ids[sequence];
        var padding = shape.PadId is { } id ? Array.IndexOf(row, id) : -1;
        return (padding < 0 ? row.Length - 1 : (padding + row.Length - 1) % row.Length) - starts[sequence];
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
