using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Words with tags for a model that classifies tokens: the words joined by spaces, each tag at the first token of its word, no label at the others and at special tokens;
/// what does not fit is cut off at the end.
/// </summary>
public sealed class TagTokenizer(ITokenizer tokenizer, LabelSet labels, int maxLength)
{
    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">An example has no tags, a tag is unknown, no word has a token, or none would fit.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var room = FrameRoom.Require(tokenizer.Frame.Single, maxLength, source);
        var sequences = new List<TokenizedExample>(examples.Count);
        var (cut, dropped) = (0, 0);
        foreach (var example in examples)
        {
            var item = example as TokensExample
                ?? throw new InputException($"{source}: a model that classifies tokens needs words with tags, this is {example.GetType().Name}; set data.format: tokens");
            var tokens = tokenizer.Tokenize(string.Join(' ', item.Tokens));
            cut += tokens.Length > room ? 1 : 0;
            var sequence = Sequence(item, tokens.AsSpan(0, Math.Min(tokens.Length, room)), source);
            if (sequence.LabelledTokens == 0)
            {
                dropped++;
                continue;
            }

            sequences.Add(sequence);
        }

        return sequences.Count > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(CutPrompts: 0, CutResponses: cut, dropped))
            : throw new InputException($"{source}: none of its {examples.Count} sentences has a token");
    }

    private TokenizedExample Sequence(TokensExample item, ReadOnlySpan<EncodedToken> tokens, string source)
    {
        var (before, after) = tokenizer.Frame.AroundOne;
        var ids = new int[before.Length + tokens.Length + after.Length];
        var tags = new int[ids.Length];
        Array.Fill(tags, TokenRows.Ignore);
        before.CopyTo(ids, 0);
        after.CopyTo(ids, before.Length + tokens.Length);
        var (word, end, tagged) = (0, item.Tokens[0].Length, -1);
        for (var t = 0; t < tokens.Length; t++)
        {
            ids[before.Length + t] = tokens[t].Id;

            // A token belongs to the word in which it ends; one that is only the space before a word belongs to that word.
            while (tokens[t].Range.End > end && word + 1 < item.Tokens.Count)
            {
                end += 1 + item.Tokens[++word].Length;
            }

            if (word != tagged)
            {
                tags[before.Length + t] = labels.IdOf(item.Tags[word], source);
                tagged = word;
            }
        }

        return new TokenizedExample(ids, tags);
    }
}
