using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>
/// WordPiece: the longest token that the rest of a word begins with, over and over (Wu et al., arXiv:1609.08144); a word that cannot be finished is unknown as a whole.
/// </summary>
internal sealed class WordPieceModel : ITokenModel
{
    /// <summary>The customary limit of characters in a word.</summary>
    public const int LongestWord = 100;

    private readonly TokenTrie beginnings = new();
    private readonly TokenTrie continuations = new();
    private readonly int unknown;
    private readonly int longestWord;

    /// <summary>A model over a vocabulary whose continuing tokens are written with a prefix; words of more characters than <paramref name="longestWord"/> are unknown.</summary>
    public WordPieceModel(Vocabulary vocabulary, int unknown, string prefix, int longestWord)
    {
        (this.unknown, this.longestWord) = (unknown, longestWord);
        for (var id = 0; id < vocabulary.Size; id++)
        {
            var token = vocabulary.TokenOf(id);
            if (!string.IsNullOrEmpty(token))
            {
                beginnings.Add(token, id);
            }

            if (token is not null && token.Length > prefix.Length && token.StartsWith(prefix, StringComparison.Ordinal))
            {
                continuations.Add(token.AsSpan(prefix.Length), id);
            }
        }
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> piece, List<EncodedToken> tokens)
    {
        var before = tokens.Count;
        if (!IsTooLong(piece) && TryEncode(piece, tokens))
        {
            return;
        }

        tokens.RemoveRange(before, tokens.Count - before);
        tokens.Add(new EncodedToken(unknown, new TextRange(0, piece.Length)));
    }

    private bool TryEncode(ReadOnlySpan<char> piece, List<EncodedToken> tokens)
    {
        for (var at = 0; at < piece.Length;)
        {
            var length = (at == 0 ? beginnings : continuations).Longest(piece[at..], out var id);
            if (length == 0)
            {
                return false;
            }

            tokens.Add(new EncodedToken(id, new TextRange(at, at + length)));
            at += length;
        }

        return true;
    }

    private bool IsTooLong(ReadOnlySpan<char> piece)
    {
        if (piece.Length <= longestWord)
        {
            return false;
        }

        var count = 0L;
        foreach (var unused in piece.EnumerateRunes())
        {
            count++;
        }

        return count > longestWord;
    }
}
