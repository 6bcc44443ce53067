using Tributary.Learning.Models;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>A sequence ready for training.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="Labels">What to predict at each position: the id at t + 1, or the position's own class, or <see cref="TokenRows.Ignore"/>. Empty for none.</param>
/// <param name="Class">The class of the sequence for a classifier, else <see cref="TokenRows.Ignore"/>.</param>
/// <param name="Answered">The text that the sequence answers, for an encoder; null when it answers none.</param>
public sealed record TokenizedExample(int[] Ids, int[] Labels, int Class = TokenRows.Ignore, int[]? Answered = null)
{
    /// <summary>Which text of a pair each position belongs to; empty when all belong to the first.</summary>
    public int[] Types { get; init; } = [];

    /// <summary>What the scores of the sequence are held to, where they are numbers.</summary>
    public float[] Targets { get; init; } = [];

    /// <summary>The position that stands for the sequence; −1 for the last.</summary>
    public int PooledAt { get; init; } = -1;

    /// <summary>Number of token rows that the sequence needs, with those of the text it answers.</summary>
    public int Rows => Ids.Length + (Answered?.Length ?? 0);

    /// <summary>Number of positions with a label.</summary>
    public int LabelledTokens => Labels.Count(label => label != TokenRows.Ignore);
}
