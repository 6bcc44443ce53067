using Tributary.Learning.Data.Templates;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Texts for masked language modelling. Plain texts run on one another with the token that ends a text between them, cut into blocks that fill the length (Liu et al. 2019);
/// other rows are one sequence each, their beginning that fits. Tokens are hidden when a batch is filled.
/// </summary>
public sealed class MaskedTokenizer(ITokenizer tokenizer, SampleTemplates templates, int maxLength)
{
    private readonly TokenMasking masking = new(tokenizer);

    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">No text has a token that can be hidden, or none would fit.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var room = FrameRoom.Require(tokenizer.Frame.Single, maxLength, source);
        var cut = 0;
        var bodies = new List<int[]>();
        if (examples[0] is TextExample)
        {
            bodies.AddRange(Stream(examples).Chunk(room));
        }
        else
        {
            var whole = examples.Select(example => tokenizer.Encode(TextOf(example))).ToArray();
            cut = whole.Count(ids => ids.Length > room);
            bodies.AddRange(whole.Select(ids => ids.Length > room ? ids[..room] : ids));
        }

        var (before, after) = tokenizer.Frame.AroundOne;
        var sequences = bodies.Where(ids => Array.Exists(ids, masking.MayHide)).Select(ids => new TokenizedExample([.. before, .. ids, .. after], [])).ToArray();
        return sequences.Length > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(0, cut, bodies.Count - sequences.Length), masking)
            : throw new InputException($"{source}: none of its {examples.Count} texts has a token to hide");
    }

    private IEnumerable<int> Stream(IReadOnlyList<Example> examples)
    {
        var ends = tokenizer.Frame.AroundOne.After;
        return examples.SelectMany((example, number) => (IEnumerable<int>)[.. number == 0 ? [] : ends, .. tokenizer.Encode(TextOf(example))]);
    }

    private string TextOf(Example example) => example switch
    {
        ClassificationExample item => item.Pair is null ? item.Text : $"{item.Text} {item.Pair}",
        TokensExample tagged => string.Join(' ', tagged.Tokens),
        _ => string.Concat(templates.Render(example).Select(span => span.Text)),
    };
}
