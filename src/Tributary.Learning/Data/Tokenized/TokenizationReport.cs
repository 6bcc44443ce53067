namespace Tributary.Learning.Data.Tokenized;

/// <summary>What turning examples into tokens had to give up.</summary>
/// <param name="CutPrompts">Samples whose prompt lost its beginning.</param>
/// <param name="CutResponses">Samples whose response lost its tail, because it alone did not fit.</param>
/// <param name="Dropped">Samples without a token to learn.</param>
public readonly record struct TokenizationReport(int CutPrompts, int CutResponses, int Dropped)
{
    /// <summary>Adds the counts of two data sets.</summary>
    public static TokenizationReport operator +(TokenizationReport left, TokenizationReport right) =>
        new(left.CutPrompts + right.CutPrompts, left.CutResponses + right.CutResponses, left.Dropped + right.Dropped);

    /// <summary>One line for each kind of loss that was met, over all owners: how many samples of whom, and what helps.</summary>
    /// <param name="owners">Each owner's name and report.</param>
    public static IEnumerable<string> Warnings(IReadOnlyCollection<(string Owner, TokenizationReport Report)> owners)
    {
        (Func<TokenizationReport, int> Count, string Samples, string Fate)[] kinds =
        [
            (report => report.CutPrompts, "prompts", "cut at their beginning to fit training.max_length; a larger one keeps them whole"),
            (report => report.CutResponses, "responses", "cut at their end to fit training.max_length; a larger one keeps them whole"),
            (report => report.Dropped, "samples", "dropped: they leave nothing to learn"),
        ];
        foreach (var (count, samples, fate) in kinds)
        {
            var met = owners.Where(owner => count(owner.Report) > 0).ToArray();
            if (met.Length > 0)
            {
                yield return $"{met.Sum(owner => count(owner.Report))} {samples} of {Whose(met, count)} {fate}";
            }
        }
    }

    private static string Whose((string Owner, TokenizationReport Report)[] met, Func<TokenizationReport, int> count)
    {
        var most = met.MaxBy(owner => count(owner.Report));
        return met.Length == 1 ? most.Owner : $"{met.Length} owners (most: {most.Owner}, {count(most.Report)})";
    }
}
