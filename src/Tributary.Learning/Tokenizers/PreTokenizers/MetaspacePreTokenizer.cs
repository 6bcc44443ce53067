using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>When a Metaspace stage marks the beginning of a stretch as if a space stood there.</summary>
internal enum PrependScheme
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>Only at the beginning of the whole text.</summary>
    First,

    /// <summary>At the beginning of every stretch.</summary>
    Always,
}

/// <summary>Writes spaces as a visible mark and cuts before each mark.</summary>
internal sealed class MetaspacePreTokenizer(char mark, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly ReplaceNormalizer marks = new(new TextMatcher(" "), mark.ToString());
    private readonly PatternPreTokenizer words = new(new CharacterMatcher(c => c.Value == mark), SplitBehavior.MergedWithNext);

    /// <inheritdoc/>
    public void Split(Piece piece, IPieceSink sink)
    {
        var marked = Marked(piece);
        if (split)
        {
            words.Split(marked, sink);
        }
        else
        {
            sink.Add(marked);
        }
    }

    private Piece Marked(Piece piece)
    {
        var text = piece.Span;
        if (!(text[0] == mark || text[0] == ' ') && (scheme == PrependScheme.Always || (scheme == PrependScheme.First && piece.BeginsText)))
        {
            piece = piece.Prefixed(mark.ToString());
        }

        return Piece.Of(marks.Normalize(piece.Alone()));
    }
}
