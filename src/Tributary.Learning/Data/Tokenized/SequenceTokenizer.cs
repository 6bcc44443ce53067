using Tributary.Learning.Data.Tokenized.Targets;
using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>Texts and pairs of texts for a model that scores whole sequences: the beginning that fits, in the tokenizer's frame, and what the scores are to be.</summary>
public sealed class SequenceTokenizer(ITokenizer tokenizer, ISequenceTarget target, PooledRow pooled, int maxLength)
{
    private readonly TextEncoder whole = new(tokenizer);
    private readonly TextEncoder cut = new(tokenizer, new Truncation(maxLength));

    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">An example has no label, a label is out of range, no text has a token, or none would fit.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var sequences = new List<TokenizedExample>(examples.Count);
        var (shortened, dropped) = (0, 0);
        foreach (var example in examples)
        {
            var item = example as ClassificationExample
                ?? throw new InputException($"{source}: a classifier needs texts with labels, this is {example.GetType().Name}; set data.format: classification");
            var encoded = whole.Encode(item.Text, item.Pair);
            if (Array.TrueForAll(encoded.SpecialTokensMask, mask => mask == 1))
            {
                dropped++;
                continue;
            }

            if (encoded.Length > maxLength)
            {
                FrameRoom.Require(item.Pair is null ? tokenizer.Frame.Single : tokenizer.Frame.Pair, maxLength, source);
                encoded = cut.Encode(item.Text, item.Pair);
                shortened++;
            }

            var (label, targets) = target.Of(item, source);
            sequences.Add(new TokenizedExample(encoded.Ids, [], label) { Types = encoded.TypeIds, Targets = targets, PooledAt = pooled == PooledRow.First ? 0 : -1 });
        }

        return sequences.Count > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(CutPrompts: 0, CutResponses: shortened, dropped))
            : throw new InputException($"{source}: none of its {examples.Count} texts has a token");
    }
}
