using Tributary.Learning.Models;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>A sequence ready for training.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="Labels">The token to predict at each position (the id at t + 1), or <see cref="TokenRows.Ignore"/>.</param>
/// <param name="Class">The class of the sequence for a classifier, else <see cref="TokenRows.Ignore"/>.</param>
public sealed record TokenizedExample(int[] Ids, int[] Labels, int Class = TokenRows.Ignore)
{
    /// <summary>Number of positions with a label.</summary>
    public int LabelledTokens => Labels.Count(label => label != TokenRows.Ignore);
}
