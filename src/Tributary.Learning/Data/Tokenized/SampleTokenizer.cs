using Tributary.Learning.Data.Templates;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Samples for language modelling, one sequence each: prompt and response with the response alone learned (unless <paramref name="trainOnPrompt"/>), the begin token
/// where the tokenizer puts one, and the end token after the last response; a chat template may write both itself.
/// </summary>
public sealed class SampleTokenizer(TextEncoding encoding, SampleTemplates templates, int maxLength, bool trainOnPrompt = false)
{
    private const int MaxSpans = 4096; // each border between speakers costs an encoding of all that stands before

    /// <summary>The sequences of one owner's examples.</summary>
    /// <exception cref="InputException">No example leaves a token to learn.</exception>
    public TokenizedDataset Tokenize(IReadOnlyList<Example> examples, string source)
    {
        var sequences = new List<TokenizedExample>(examples.Count);
        var (prompts, responses, dropped) = (0, 0, 0);
        foreach (var example in examples)
        {
            var (sequence, promptCut, responseCut) = Sequence(example, source).Fit(maxLength);
            var tokenized = sequence.ToExample();
            if (tokenized.LabelledTokens == 0)
            {
                dropped++;
                continue;
            }

            prompts += promptCut ? 1 : 0;
            responses += responseCut ? 1 : 0;
            sequences.Add(tokenized);
        }

        return sequences.Count > 0
            ? new TokenizedDataset(sequences, new TokenizationReport(prompts, responses, dropped))
            : throw new InputException($"{source}: none of its {examples.Count} examples leaves a token to learn");
    }

    private SampleSequence Sequence(Example example, string source)
    {
        var spans = templates.Render(example);
        if (spans.Count > MaxSpans)
        {
            throw new InputException($"{source}: a conversation with {spans.Count} turns is more than the {MaxSpans} allowed; split it");
        }

        if (!(example is ConversationExample && templates.Chat.WritesSpecialTokens))
        {
            return SpanTokenizer.Encode(spans, encoding, trainOnPrompt);
        }

        var sequence = SpanTokenizer.Encode(spans, encoding with { Begin = null, End = null }, trainOnPrompt);
        return sequence.Ids is [var first, ..] && first == encoding.Begin ? sequence with { Kept = 1, Prompt = Math.Max(1, sequence.Prompt) } : sequence;
    }
}
