namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>A stretch of normalised text and the piece it became.</summary>
internal readonly record struct Segment(int Start, int Length, int Id);

/// <summary>Cuts normalised text into pieces.</summary>
internal interface ISegmenter
{
    /// <summary>The pieces in order; together they cover the text.</summary>
    List<Segment> Cut(string text);
}
