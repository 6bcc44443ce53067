using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Decoders;

/// <summary>Joins WordPiece tokens: a blank before each that is no continuation; clean-up takes it away again before English punctuation and contractions.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : ITokenDecoder
{
    private static readonly (string From, string To)[] English =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) => Cleaned(i == 0 ? token : Joined(token)))];

    private string Joined(string token) => token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;

    private string Cleaned(string token) => cleanUp ? English.Aggregate(token, (text, rule) => text.Replace(rule.From, rule.To, StringComparison.Ordinal)) : token;
}
