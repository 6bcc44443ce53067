using System.Text;

namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Second stage: cuts a stretch of text into pieces that the model never joins.</summary>
internal interface IPreTokenizer
{
    /// <summary>Hands the pieces of a piece, which is not empty, to <paramref name="sink"/> in order.</summary>
    void Split(Piece piece, IPieceSink sink);
}

/// <summary>A part of a text.</summary>
internal readonly record struct Piece(AlignedText Source, int Start, int End)
{
    /// <summary>Its characters.</summary>
    public ReadOnlySpan<char> Span => Source.Text.AsSpan(Start, End - Start);

    /// <summary>True when it comes from the beginning of the original text.</summary>
    public bool BeginsText => Source.OriginOf(Start, End).Start == 0;

    /// <summary>A part of it, in units from its own beginning.</summary>
    public Piece Part(int start, int end) => new(Source, Start + start, Start + end);

    /// <summary>It as a text of its own.</summary>
    public AlignedText Alone() => Source.Slice(Start, End);

    /// <summary>It behind another text, which counts as part of its first character.</summary>
    public Piece Prefixed(string prefix)
    {
        Rune.DecodeFromUtf16(Span, out _, out var first);
        var text = Alone();
        var result = new AlignedTextBuilder(text);
        result.Write(prefix, 0, first);
        result.Copy(0, text.Length);
        return Of(result.Build());
    }

    /// <summary>All of a text.</summary>
    public static Piece Of(AlignedText text) => new(text, 0, text.Length);
}

/// <summary>Takes pieces of text.</summary>
internal interface IPieceSink
{
    /// <summary>Takes one piece.</summary>
    void Add(Piece piece);
}
