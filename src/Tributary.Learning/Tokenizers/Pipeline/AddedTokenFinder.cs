using System.Buffers;

namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Finds added tokens in a text: leftmost first, the longest where several begin.</summary>
internal sealed class AddedTokenFinder
{
    private readonly SearchValues<char> firstCharacters;
    private readonly Dictionary<char, AddedToken[]> byFirst;

    /// <summary>A finder of these tokens, whose contents are not empty.</summary>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens)
    {
        byFirst = tokens.GroupBy(t => t.Content[0]).ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Content.Length).ToArray());
        firstCharacters = SearchValues.Create([.. byFirst.Keys]);
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
            if (Longest(text[at..]) is not { } found)
            {
                at++;
                continue;
            }

            (begin, end) = (at, at + found.Content.Length);
            if (found.SingleWord && !StandsAlone(text, begin, end))
            {
                at = end;
                continue;
            }

            while (found.LeftStrip && begin > from && char.IsWhiteSpace(text[begin - 1]))
            {
                begin--;
            }

            while (found.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            token = found;
            return true;
        }

        (begin, end, token) = (text.Length, text.Length, null!);
        return false;
    }

    private AddedToken? Longest(ReadOnlySpan<char> text)
    {
        foreach (var candidate in byFirst[text[0]])
        {
            if (text.StartsWith(candidate.Content, StringComparison.Ordinal))
            {
                return candidate;
            }
        }

        return null;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int begin, int end) =>
        (begin == 0 || !IsWord(text[begin - 1])) && (end == text.Length || !IsWord(text[end]));

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
