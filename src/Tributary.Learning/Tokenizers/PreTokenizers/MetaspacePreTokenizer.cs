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
    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, bool atStart, IPieceSink sink)
    {
        var marked = text.ToString().Replace(' ', mark);
        if (marked[0] != mark && (scheme == PrependScheme.Always || (scheme == PrependScheme.First && atStart)))
        {
            marked = mark + marked;
        }

        var start = 0;
        while (start < marked.Length)
        {
            var next = split ? marked.IndexOf(mark, start + 1) : -1;
            var end = next < 0 ? marked.Length : next;
            sink.Add(marked.AsSpan(start, end - start));
            start = end;
        }
    }
}
