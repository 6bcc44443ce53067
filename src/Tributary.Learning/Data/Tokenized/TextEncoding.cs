using Tributary.Learning.Tokenizers;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>What turning samples into tokens needs of a tokenizer.</summary>
/// <param name="Encode">Token ids of a text, without special tokens around it.</param>
/// <param name="Begin">Token that the tokenizer puts before a text; null when it puts none (GPT-2).</param>
/// <param name="End">Token that ends a response; null when the vocabulary has none.</param>
public sealed record TextEncoding(Func<string, IReadOnlyList<int>> Encode, int? Begin, int? End)
{
    /// <summary>The encoding of a tokenizer.</summary>
    public static TextEncoding Of(ITokenizer tokenizer)
    {
        var (before, _) = tokenizer.Frame.AroundOne;
        return new TextEncoding(text => tokenizer.Encode(text), before is [var first, ..] && first == tokenizer.BosId ? first : null, tokenizer.EosId);
    }
}
