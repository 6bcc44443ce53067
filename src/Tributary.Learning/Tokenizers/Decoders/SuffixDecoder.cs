using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Reads the mark of a word's end as a blank, but for the last token.</summary>
internal sealed class SuffixDecoder(string suffix) : ITokenDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) =>
        suffix.Length == 0 ? tokens : [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? string.Empty : " ", StringComparison.Ordinal))];
}
