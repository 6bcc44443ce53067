using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Joins all tokens to one.</summary>
internal sealed class FuseDecoder : ITokenDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}
