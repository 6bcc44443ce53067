using Tributary.Learning.Data.Templates;
using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Texts with labels in a cloze: the mask token stands in the gap and its position is marked, or, for a causal model, the sequence ends before it. A row that is too long loses
/// the end of its text, never of the pattern.
/// </summary>
public sealed class ClozeTokenizer
{
    private readonly ITokenizer tokenizer;
    private readonly ClozeTemplate cloze;
    private readonly ClozeWords words;
    private readonly int? mask;
    private readonly int maxLength;

    /// <summary>A cloze for a model.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="cloze">Pattern and words.</param>
    /// <param name="task">What the model predicts.</param>
    /// <param name="maxLength">Most tokens of a sequence.</param>
    /// <exception cref="InputException">The pattern goes on behind the gap and the model is causal, or there is no mask token for one that is not, or the words cannot be told apart.</exception>
    public ClozeTokenizer(ITokenizer tokenizer, ClozeTemplate cloze, HeadTask task, int maxLength)
    {
        if (task == HeadTask.MaskedLanguageModelling)
        {
            mask = tokenizer.Roles.Mask ?? throw new InputException("the tokenizer has no mask token, so nothing can be filled in; name one in tokenizer_config.json (mask_token)");
        }
        else if (cloze.GoesOn)
        {
            throw new InputException("data.cloze.pattern goes on behind {mask}, which a causal model does not see when it fills it in; put {mask} at the end");
        }

        (this.tokenizer, this.cloze, this.maxLength, words) = (tokenizer, cloze, maxLength, ClozeWords.Of(tokenizer, cloze));
    }

    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">An example has no label, a label has no word, no text has a token, or the pattern alone does not fit.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var sequences = new List<TokenizedExample>(examples.Count);
        var (shortened, dropped) = (0, 0);
        foreach (var example in examples)
        {
            var item = example as ClassificationExample
                ?? throw new InputException($"{source}: a cloze needs texts with labels, this is {example.GetType().Name}; set data.format: classification");
            if (string.IsNullOrWhiteSpace(item.Text))
            {
                dropped++;
                continue;
            }

            var (ids, gap, isCut) = Fitted(item, source);
            shortened += isCut ? 1 : 0;
            sequences.Add(new TokenizedExample(ids, [], cloze.ClassOf(item.Label, source)) { PooledAt = gap });
        }

        return sequences.Count > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(CutPrompts: 0, CutResponses: shortened, dropped))
            : throw new InputException($"{source}: none of its {examples.Count} texts has a token");
    }

    private (int[] Ids, int Gap, bool IsCut) Fitted(ClassificationExample item, string source)
    {
        var (text, pair) = (item.Text, item.Pair ?? "");
        for (var isCut = false; ; isCut = true)
        {
            var (ids, gap) = Sequence(text, pair);
            if (ids.Length <= maxLength)
            {
                return (ids, gap, isCut);
            }

            if (text.Length + pair.Length == 0)
            {
                throw new InputException($"{source}: training.max_length {maxLength} leaves no room for a text beside the {ids.Length} tokens of data.cloze.pattern; allow more");
            }

            var excess = ids.Length - maxLength;
            (text, pair) = text.Length >= pair.Length ? (Shortened(text, excess), pair) : (text, Shortened(pair, excess));
        }
    }

    // The first word shows how the pattern's end is divided into tokens when a word follows; then it falls away.
    private (int[] Ids, int Gap) Sequence(string text, string pair)
    {
        var (begin, end) = tokenizer.Frame.AroundOne;
        var said = tokenizer.Encode(cloze.Before(text, pair) + cloze.Words[0].Word);
        var before = said.AsSpan(0, Math.Max(0, said.Length - words.Length));
        return mask is { } hidden
            ? ([.. begin, .. before, hidden, .. tokenizer.Encode(cloze.After(text, pair)), .. end], begin.Length + before.Length)
            : ([.. begin, .. before], -1);
    }

    private string Shortened(string text, int tokens)
    {
        var all = tokenizer.Tokenize(text);
        return tokens >= all.Length ? "" : text[..Math.Min(all[^tokens].Range.Start, text.Length - 1)].TrimEnd();
    }
}
