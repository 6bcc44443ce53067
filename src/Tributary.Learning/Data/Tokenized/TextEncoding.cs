using Tributary.Learning.Tokenizers;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>What turning samples into tokens needs of a tokenizer.</summary>
/// <param name="Encode">Token ids of a text, without special tokens around it.</param>
/// <param name="Begin">Token that the tokenizer puts before a text; null when it puts none (GPT-2).</param>
/// <param name="End">Token that ends a response; null when the vocabulary has none.</param>
public sealed record TextEncoding(Func<string, IReadOnlyList<int>> Encode, int? Begin, int? End)
{
    /// <summary>The tokens before a text that is read whole: the beginning, unless the tokenizer has others for it.</summary>
    public IReadOnlyList<int> Before { get; init; } = Begin is { } begin ? [begin] : [];

    /// <summary>The tokens after a text that is read whole.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    /// <summary>The encoding of a tokenizer.</summary>
    public static TextEncoding Of(ITokenizer tokenizer)
    {
        var (before, after) = tokenizer.Frame.AroundOne;
        return new TextEncoding(text => tokenizer.Encode(text), before is [var first, ..] && first == tokenizer.BosId ? first : null, tokenizer.EosId)
        {
            Before = before,
            After = after,
        };
    }
}
