using Tributary.Learning.Data.Templates;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Samples for encoder–decoder models: what stands before the last response, with the tokens that the tokenizer puts around a text, is read by the encoder; the response and
/// the end token are learned by the decoder, whose own rows are the response shifted right behind <paramref name="startId"/>. Each side has <paramref name="maxLength"/>
/// tokens at most.
/// </summary>
public sealed class AnswerTokenizer(TextEncoding encoding, SampleTemplates templates, int maxLength, int startId)
{
    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">No example leaves a token to learn, or an example is a text that answers nothing.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var sequences = new List<TokenizedExample>(examples.Count);
        var (prompts, responses, dropped) = (0, 0, 0);
        foreach (var example in examples)
        {
            if (example is TextExample)
            {
                throw new InputException($"{source}: an encoder–decoder model needs prompts with responses, this is plain text; choose another data.format or model");
            }

            var spans = templates.Render(example);
            var (start, end) = LastResponse(spans);
            var (read, promptCut) = Read(Text(spans, 0, start));
            var (labels, responseCut) = Learned(Text(spans, start, end));
            if (start == end || labels.Length == 0 || read.Length == 0)
            {
                dropped++;
                continue;
            }

            prompts += promptCut ? 1 : 0;
            responses += responseCut ? 1 : 0;
            sequences.Add(new TokenizedExample([startId, .. labels[..^1]], labels, Answered: read));
        }

        return sequences.Count > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(prompts, responses, dropped))
            : throw new InputException($"{source}: none of its {examples.Count} examples leaves a token to learn");
    }

    /// <summary>The spans [start, end) of the last response; what follows it is left out.</summary>
    private static (int Start, int End) LastResponse(IReadOnlyList<TextSpan> spans)
    {
        var end = spans.Count;
        while (end > 0 && !spans[end - 1].Learned)
        {
            end--;
        }

        var start = end;
        while (start > 0 && spans[start - 1].Learned)
        {
            start--;
        }

        return (start, end);
    }

    private static string Text(IReadOnlyList<TextSpan> spans, int start, int end) => string.Concat(spans.Skip(start).Take(end - start).Select(s => s.Text));

    // A prompt that is too long loses its beginning, as in other sequences.
    private (int[] Ids, bool IsCut) Read(string prompt)
    {
        var ids = encoding.Encode(prompt);
        var room = Math.Max(0, maxLength - encoding.Before.Count - encoding.After.Count);
        return ([.. encoding.Before, .. ids.Skip(ids.Count - room), .. encoding.After], ids.Count > room);
    }

    private (int[] Ids, bool IsCut) Learned(string response)
    {
        int[] ids = [.. encoding.Encode(response)];
        if (encoding.End is { } end)
        {
            ids = [.. ids, end];
        }

        return ids.Length > maxLength ? (ids[..maxLength], true) : (ids, false);
    }
}
