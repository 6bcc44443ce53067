using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Reads marks as spaces; in the first token they vanish when the pre-tokeniser put one there.</summary>
internal sealed class MetaspaceDecoder(char mark, bool stripFirst) : ITokenDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) =>
        [.. tokens.Select((t, i) => i == 0 && stripFirst ? t.Replace(mark.ToString(), string.Empty, StringComparison.Ordinal) : t.Replace(mark, ' '))];
}
