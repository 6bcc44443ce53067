using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>Texts for a sequence classifier: the beginning of each text that fits, and its class.</summary>
public sealed class ClassTokenizer(TextEncoding encoding, LabelSet labels, int maxLength)
{
    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">An example has no class, a label is out of range, or no text has a token.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var sequences = new List<TokenizedExample>(examples.Count);
        var (cut, dropped) = (0, 0);
        foreach (var example in examples)
        {
            var item = example as ClassificationExample
                ?? throw new InputException($"{source}: a classifier needs texts with labels, this is {example.GetType().Name}; set data.format: classification");
            var begin = encoding.Begin is { } token ? new[] { token } : [];
            int[] ids = [.. begin, .. encoding.Encode(item.Text)];
            if (ids.Length == begin.Length)
            {
                dropped++;
                continue;
            }

            cut += ids.Length > maxLength ? 1 : 0;
            ids = ids.Length > maxLength ? ids[..maxLength] : ids;
            var ignored = new int[ids.Length];
            Array.Fill(ignored, TokenRows.Ignore);
            sequences.Add(new TokenizedExample(ids, ignored, labels.IdOf(item.Label, source)));
        }

        return sequences.Count > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(CutPrompts: 0, CutResponses: cut, dropped))
            : throw new InputException($"{source}: none of its {examples.Count} texts has a token");
    }
}
