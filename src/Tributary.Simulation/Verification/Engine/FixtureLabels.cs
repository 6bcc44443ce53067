using System.Text.Json;
using Tributary.Learning.Models;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>The labels of a fixture's batch as its model's task has them: for tokens, for sequences, or numbers.</summary>
internal sealed class FixtureLabels
{
    private readonly int[][]? ofTokens;
    private readonly int[][]? unshifted;
    private readonly int[]? ofSequences;
    private readonly double[][]? numbers;

    public FixtureLabels(JsonElement? labels, ModelShape shape)
    {
        if (labels is not { } given)
        {
            return;
        }

        var sequences = shape.Task == HeadTask.SequenceClassification;
        numbers = sequences && shape.Head.Problem != ProblemType.SingleLabel ? [.. given.EnumerateArray().Select(FixtureJson.Numbers)] : null;
        ofSequences = sequences && numbers is null ? given.Integers() : null;
        unshifted = !sequences && shape.Task == HeadTask.CausalLanguageModelling ? given.IntegerRows() : null;
        ofTokens = sequences ? null : unshifted is not null ? [.. unshifted.Select(Shifted)] : given.IntegerRows();
    }

    /// <summary>The labels of a stretch of a sequence's tokens; empty when there are none.</summary>
    public ReadOnlySpan<int> OfTokens(int sequence, int start, int count) => ofTokens is null ? default : ofTokens[sequence].AsSpan(start, count);

    /// <summary>The label of a sequence's first token itself, which only virtual tokens in front of it can predict.</summary>
    public int OfFirst(int sequence, int start) => unshifted?[sequence][start] ?? TokenRows.Ignore;

    /// <summary>The class of a sequence.</summary>
    public int OfSequence(int sequence) => ofSequences?[sequence] ?? TokenRows.Ignore;

    /// <summary>The numbers that a sequence's scores are held to.</summary>
    public float[] Targets(int sequence) => numbers is null ? [] : Array.ConvertAll(numbers[sequence], number => (float)number);

    // Other libraries keep the label of t at t and shift in the loss; in token rows it is the id at t + 1.
    private static int[] Shifted(int[] labels) => [.. labels.Skip(1), TokenRows.Ignore];
}
