using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>Every piece is a token, or unknown.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, int unknown) : ITokenModel
{
    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> piece, List<EncodedToken> tokens) =>
        tokens.Add(new EncodedToken(vocabulary.BySpan.TryGetValue(piece, out var id) ? id : unknown, new TextRange(0, piece.Length)));
}
