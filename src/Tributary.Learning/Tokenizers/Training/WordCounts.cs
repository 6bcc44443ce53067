using System.Runtime.InteropServices;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Training;

/// <summary>Counts the pieces of texts. Pieces of absurd length are no words and are left out.</summary>
internal sealed class WordCounts(INormalizer? normalizer, IPreTokenizer preTokenizer) : IPieceSink
{
    private const int MaxLength = 1024;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>The pieces in ordinal order.</summary>
    public IEnumerable<(string Word, long Count)> InOrder => counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value));

    /// <summary>Counts the pieces of a text.</summary>
    public void Read(string text)
    {
        var aligned = AlignedText.Of(TextCleaning.WellFormed(text));
        aligned = normalizer?.Normalize(aligned) ?? aligned;
        if (aligned.Length > 0)
        {
            preTokenizer.Split(Piece.Of(aligned), this);
        }
    }

    /// <inheritdoc/>
    public void Add(Piece piece)
    {
        if (piece.Span.Length <= MaxLength)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts.GetAlternateLookup<ReadOnlySpan<char>>(), piece.Span, out _)++;
        }
    }
}
