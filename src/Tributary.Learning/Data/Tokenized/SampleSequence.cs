using Tributary.Learning.Models;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>A sample as tokens before it is fitted to a length.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="Learned">For each token, whether it is to be predicted.</param>
/// <param name="Kept">Tokens at the start that a cut leaves alone: the begin token.</param>
/// <param name="Prompt">Tokens at the start, kept ones included, before the first response.</param>
internal readonly record struct SampleSequence(int[] Ids, bool[] Learned, int Kept, int Prompt)
{
    /// <summary>Shortens to <paramref name="length"/> tokens: the prompt from its beginning, then the response at its tail when it alone does not fit.</summary>
    public (SampleSequence Sequence, bool PromptCut, bool ResponseCut) Fit(int length)
    {
        if (Ids.Length <= length)
        {
            return (this, false, false);
        }

        // At least one token stays before the response, for its first token to be predicted from.
        var promptLeft = Math.Min(Prompt, Math.Max(Math.Max(Kept, Math.Min(Prompt, 1)), length - (Ids.Length - Prompt)));
        var tail = Math.Min(Ids.Length - Prompt, length - promptLeft);
        int[] parts = [Kept, promptLeft - Kept, tail];
        var from = Prompt - parts[1];
        return (new SampleSequence(Take(Ids, from, parts), Take(Learned, from, parts), Kept, promptLeft), promptLeft < Prompt, tail < Ids.Length - Prompt);
    }

    /// <summary>With labels aligned: position t is labelled with the token at t + 1.</summary>
    public TokenizedExample ToExample()
    {
        var labels = new int[Ids.Length];
        Array.Fill(labels, TokenRows.Ignore);
        for (var t = 0; t + 1 < Ids.Length; t++)
        {
            labels[t] = Learned[t + 1] ? Ids[t + 1] : TokenRows.Ignore;
        }

        return new TokenizedExample(Ids, labels);
    }

    private static T[] Take<T>(T[] source, int from, int[] parts) => [.. source.AsSpan(0, parts[0]), .. source.AsSpan(from, parts[1] + parts[2])];
}
