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

    /// <summary>One line for each count that is not zero.</summary>
    public IEnumerable<string> Warnings(string source)
    {
        if (CutPrompts > 0)
        {
            yield return $"{source}: {CutPrompts} prompts cut at their beginning to fit training.max_length";
        }

        if (CutResponses > 0)
        {
            yield return $"{source}: {CutResponses} responses cut at their end to fit training.max_length";
        }

        if (Dropped > 0)
        {
            yield return $"{source}: {Dropped} samples dropped, they leave nothing to learn";
        }
    }
}
