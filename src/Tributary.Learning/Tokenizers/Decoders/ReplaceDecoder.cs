using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Replaces a text within each token.</summary>
internal sealed class ReplaceDecoder(string pattern, string content) : ITokenDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(t => t.Replace(pattern, content, StringComparison.Ordinal));
}
