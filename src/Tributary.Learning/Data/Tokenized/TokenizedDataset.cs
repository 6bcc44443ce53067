using Tributary.Learning.Models;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>The sequences of one owner.</summary>
public sealed class TokenizedDataset(IReadOnlyList<TokenizedExample> examples, TokenizationReport report)
{
    /// <summary>The sequences, in the order of the rows they come from.</summary>
    public IReadOnlyList<TokenizedExample> Examples => examples;

    /// <summary>What was cut or dropped.</summary>
    public TokenizationReport Report => report;

    /// <summary>Number of sequences.</summary>
    public int Count => examples.Count;

    /// <summary>Number of tokens in all sequences.</summary>
    public long Tokens => examples.Sum(example => (long)example.Ids.Length);

    /// <summary>Number of positions with a label in all sequences.</summary>
    public long LabelledTokens => examples.Sum(example => (long)example.LabelledTokens);

    /// <summary>Replaces the content of <paramref name="rows"/> with the sequences of these numbers; a sequence's number is its sample key.</summary>
    public void Fill(TokenRows rows, ReadOnlySpan<int> numbers)
    {
        rows.Clear();
        foreach (var number in numbers)
        {
            var example = examples[number];
            rows.Add(example.Ids, example.Labels, classLabel: example.Class, sampleKey: number);
        }
    }
}
