using System.Text;

namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>Matches every character of a kind, each by itself.</summary>
internal sealed class CharacterMatcher(Func<Rune, bool> kind) : ITextMatcher
{
    /// <inheritdoc/>
    public void FindAll(ReadOnlySpan<char> text, IMatchSink sink)
    {
        var at = 0;
        foreach (var c in text.EnumerateRunes())
        {
            var end = at + c.Utf16SequenceLength;
            if (kind(c))
            {
                sink.Found(at, end);
            }

            at = end;
        }
    }
}
