namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>The longest of some words that a stretch begins with.</summary>
internal sealed class PrefixMatcher<T>
    where T : unmanaged, IEquatable<T>
{
    private readonly Dictionary<T, T[][]> byFirst;

    /// <summary>A matcher of these words, none empty.</summary>
    public PrefixMatcher(IEnumerable<T[]> words) =>
        byFirst = words.GroupBy(w => w[0]).ToDictionary(g => g.Key, g => g.OrderByDescending(w => w.Length).ToArray());

    /// <summary>Length of the longest word at the beginning of <paramref name="text"/>, or 0.</summary>
    public int Longest(ReadOnlySpan<T> text)
    {
        if (byFirst.Count == 0 || text.IsEmpty || !byFirst.TryGetValue(text[0], out var words))
        {
            return 0;
        }

        foreach (var word in words)
        {
            if (text.StartsWith(word))
            {
                return word.Length;
            }
        }

        return 0;
    }
}
