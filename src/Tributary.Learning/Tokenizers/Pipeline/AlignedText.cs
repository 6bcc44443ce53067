namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>A text on its way through the stages, with the stretch of the original text that each of its UTF-16 units came from.</summary>
internal sealed class AlignedText
{
    private readonly TextRange[]? origins; // null: unit i came from unit i + shift
    private readonly int shift;

    private AlignedText(string text, TextRange[]? origins, int shift) => (Text, this.origins, this.shift) = (text, origins, shift);

    /// <summary>The text as it is now.</summary>
    public string Text { get; }

    /// <summary>Number of units.</summary>
    public int Length => Text.Length;

    /// <summary>An original text behind <paramref name="prefix"/> units that were put before it.</summary>
    public static AlignedText Of(string text, int prefix = 0) => new(text, null, -prefix);

    /// <summary>A rewritten text.</summary>
    public static AlignedText Of(string text, TextRange[] origins) => new(text, origins, 0);

    /// <summary>The original stretch of units <paramref name="start"/> … <paramref name="end"/> − 1; for none of them the place before the first.</summary>
    public TextRange OriginOf(int start, int end)
    {
        if (origins is null)
        {
            return new TextRange(Math.Max(0, start + shift), Math.Max(0, end + shift));
        }

        if (start == end)
        {
            var place = start < origins.Length ? origins[start].Start : origins.Length > 0 ? origins[^1].End : 0;
            return new TextRange(place, place);
        }

        // Marks can change places: the ends then stand the other way round.
        var (first, last) = (origins[start], origins[end - 1]);
        return new TextRange(Math.Min(first.Start, last.Start), Math.Max(first.End, last.End));
    }

    /// <summary>A part of this text.</summary>
    public AlignedText Slice(int start, int end) =>
        start == 0 && end == Length ? this : new AlignedText(Text[start..end], origins?[start..end], shift + start);
}
