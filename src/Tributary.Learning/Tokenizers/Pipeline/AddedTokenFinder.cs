using System.Buffers;
using System.Text;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Finds added tokens in a text: leftmost first, the longest where several begin.</summary>
internal sealed class AddedTokenFinder
{
    private readonly AddedToken[] tokens;
    private readonly TokenTrie trie = new();
    private readonly SearchValues<char> firstCharacters;

    /// <summary>A finder of these tokens; one without content, as normalisation may leave it, is never found.</summary>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens)
    {
        this.tokens = [.. tokens.Where(t => t.Content.Length > 0)];
        for (var i = 0; i < this.tokens.Length; i++)
        {
            trie.Add(this.tokens[i].Content, i);
        }

        firstCharacters = SearchValues.Create([.. this.tokens.Select(t => t.Content[0]).Distinct()]);
    }

    /// <summary>
    /// The next token at or after <paramref name="from"/>, as the range of text it takes. Text before <paramref name="from"/> is looked at only for word boundaries.
    /// </summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out int begin, out int end, out AddedToken token)
    {
        var at = from;
        while (at < text.Length)
        {
            var hit = text[at..].IndexOfAny(firstCharacters);
            if (hit < 0)
            {
                break;
            }

            at += hit;
            var length = trie.Longest(text[at..], out var found);
            if (length == 0)
            {
                at++;
                continue;
            }

            token = tokens[found];
            (begin, end) = (at, at + length);
            if (token.SingleWord && !StandsAlone(text, begin, end))
            {
                at = end;
                continue;
            }

            while (token.LeftStrip && begin > from && char.IsWhiteSpace(text[begin - 1]))
            {
                begin--;
            }

            while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            return true;
        }

        (begin, end, token) = (text.Length, text.Length, null!);
        return false;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int begin, int end)
    {
        Rune.DecodeLastFromUtf16(text[..begin], out var before, out _);
        Rune.DecodeFromUtf16(text[end..], out var after, out _);
        return (begin == 0 || !CharacterKinds.IsWord(before)) && (end == text.Length || !CharacterKinds.IsWord(after));
    }
}
