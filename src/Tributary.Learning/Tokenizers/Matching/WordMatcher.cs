using System.Text;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>Matches runs of word characters and runs of what is neither word nor white space: <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WordMatcher : ITextMatcher
{
    private enum Kind
    {
        Space,
        Word,
        Other,
    }

    /// <inheritdoc/>
    public void FindAll(ReadOnlySpan<char> text, IMatchSink sink)
    {
        var (at, start, run) = (0, 0, Kind.Space);
        foreach (var c in text.EnumerateRunes())
        {
            var kind = CharacterKinds.IsWord(c) ? Kind.Word : Rune.IsWhiteSpace(c) ? Kind.Space : Kind.Other;
            if (kind != run)
            {
                Flush(run, start, at, sink);
                (start, run) = (at, kind);
            }

            at += c.Utf16SequenceLength;
        }

        Flush(run, start, at, sink);
    }

    private static void Flush(Kind run, int start, int end, IMatchSink sink)
    {
        if (run != Kind.Space && end > start)
        {
            sink.Found(start, end);
        }
    }
}
