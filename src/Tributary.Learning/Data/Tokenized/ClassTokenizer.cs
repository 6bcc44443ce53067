using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>Texts for a sequence classifier: the beginning of each text that fits, in the tokenizer's frame, and its class.</summary>
public sealed class ClassTokenizer(TextEncoding encoding, LabelSet labels, int maxLength)
{
    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">An example has no class, a label is out of range, no text has a token, or none would fit.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var sequences = new List<TokenizedExample>(examples.Count);
        var (cut, dropped) = (0, 0);
        var room = maxLength - encoding.Before.Count - encoding.After.Count;
        if (room <= 0)
        {
            throw new InputException($"{source}: training.max_length {maxLength} leaves no room for a text beside the {maxLength - room} special tokens around it; allow more");
        }

        foreach (var example in examples)
        {
            var item = example as ClassificationExample
                ?? throw new InputException($"{source}: a classifier needs texts with labels, this is {example.GetType().Name}; set data.format: classification");
            var ids = encoding.Encode(item.Text);
            if (ids.Count == 0)
            {
                dropped++;
                continue;
            }

            cut += ids.Count > room ? 1 : 0;
            ids = [.. encoding.Before, .. ids.Take(room), .. encoding.After];
            var ignored = new int[ids.Count];
            Array.Fill(ignored, TokenRows.Ignore);
            sequences.Add(new TokenizedExample([.. ids], ignored, labels.IdOf(item.Label, source)));
        }

        return sequences.Count > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(CutPrompts: 0, CutResponses: cut, dropped))
            : throw new InputException($"{source}: none of its {examples.Count} texts has a token");
    }
}
