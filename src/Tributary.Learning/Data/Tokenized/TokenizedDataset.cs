using Tributary.Learning.Models;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>The sequences of one owner.</summary>
/// <param name="examples">The sequences, in the order of the rows they come from.</param>
/// <param name="report">What was cut or dropped.</param>
/// <param name="masking">How tokens are hidden each time that a sequence is used; null hides none.</param>
public sealed class TokenizedDataset(IReadOnlyList<TokenizedExample> examples, TokenizationReport report, TokenMasking? masking = null)
{
    /// <summary>The sequences, in the order of the rows they come from.</summary>
    public IReadOnlyList<TokenizedExample> Examples => examples;

    /// <summary>What was cut or dropped.</summary>
    public TokenizationReport Report => report;

    /// <summary>How tokens are hidden each time that a sequence is used; null hides none.</summary>
    public TokenMasking? Masking => masking;

    /// <summary>Number of sequences.</summary>
    public int Count => examples.Count;

    /// <summary>Number of tokens in all sequences.</summary>
    public long Tokens => examples.Sum(example => (long)example.Rows);

    /// <summary>Number of positions with a label in all sequences.</summary>
    public long LabelledTokens => examples.Sum(example => (long)example.LabelledTokens);

    /// <summary>The sequences of several owners as those of one; they are of one task.</summary>
    public static TokenizedDataset Join(IReadOnlyList<TokenizedDataset> parts) => new([.. parts.SelectMany(part => part.Examples)], default, parts[0].Masking);

    /// <summary>The first sequences.</summary>
    public TokenizedDataset First(int count) => new([.. examples.Take(count)], default, masking);

    /// <summary>
    /// Replaces the content of <paramref name="rows"/> with the sequences of these numbers; a sequence's number is its sample key. Which tokens are hidden is addressed by
    /// (<paramref name="draw"/>, number): a draw of its own for each training step, always the same for measurements.
    /// </summary>
    public void Fill(TokenRows rows, ReadOnlySpan<int> numbers, ulong draw = 0)
    {
        rows.Clear();
        rows.Recurs = masking is null || draw == 0;
        foreach (var number in numbers)
        {
            Append(rows, number, draw);
        }
    }

    /// <summary>Adds one sequence to <paramref name="rows"/>; see <see cref="Fill"/>.</summary>
    public void Append(TokenRows rows, int number, ulong draw = 0)
    {
        var example = examples[number];
        if (masking is not null)
        {
            masking.Add(rows, example, number, draw);
        }
        else
        {
            rows.Add(example.Ids, example.Labels, classLabel: example.Class, sampleKey: number, pooledAt: example.PooledAt, targets: example.Targets, types: example.Types, answered: example.Answered);
        }
    }
}
