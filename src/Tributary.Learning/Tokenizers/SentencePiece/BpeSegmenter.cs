using System.Buffers;
using System.Text;
using Tributary.Learning.Tokenizers.Models;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>BPE by score: of all neighbours whose joint text is a piece, those with the highest score merge first, leftmost first.</summary>
internal sealed class BpeSegmenter : ISegmenter
{
    private readonly PieceTable pieces;
    private readonly int[] rankOfPiece;
    private readonly TokenTrie userDefined = new();

    /// <summary>A segmenter over the pieces of a model.</summary>
    public BpeSegmenter(SentencePieceModel model, PieceTable pieces)
    {
        this.pieces = pieces;
        var scores = model.Pieces.Select(p => p.Score).Distinct().OrderDescending().Select((score, rank) => (score, rank)).ToDictionary(p => p.score, p => p.rank);
        rankOfPiece = [.. model.Pieces.Select(p => scores[p.Score])];
        foreach (var piece in model.Pieces.Where(p => p.Type == PieceType.UserDefined))
        {
            userDefined.Add(piece.Text, 0);
        }
    }

    /// <inheritdoc/>
    public List<Segment> Cut(string text)
    {
        var result = new List<Segment>(text.Length / 3);
        var rented = ArrayPool<Symbol>.Shared.Rent(text.Length);
        var symbols = rented.AsSpan(0, Fill(text, rented));
        if (!symbols.IsEmpty)
        {
            var halves = new Dictionary<string, int>(StringComparer.Ordinal);
            PairMerger.Merge(symbols, new Rule(this, text, halves));
            for (var at = 0; at >= 0; at = symbols[at].Next)
            {
                Add(text, symbols[at].Start, symbols[at].Length, halves, result);
            }
        }

        ArrayPool<Symbol>.Shared.Return(rented);
        return result;
    }

    private int Fill(ReadOnlySpan<char> text, Span<Symbol> symbols)
    {
        var (at, count) = (0, 0);
        while (at < text.Length)
        {
            ref var symbol = ref symbols[count++];
            var whole = userDefined.Longest(text[at..], out _);
            (symbol.Start, symbol.Id) = (at, whole > 0 ? Symbol.Frozen : Symbol.Unknown);
            symbol.Length = whole;
            if (whole == 0)
            {
                Rune.DecodeFromUtf16(text[at..], out _, out symbol.Length);
            }

            at += symbol.Length;
        }

        return count;
    }

    // A piece marked unused is given out as the two it was made of.
    private void Add(string text, int start, int length, Dictionary<string, int> halves, List<Segment> result)
    {
        var id = pieces.IdOf(text.AsSpan(start, length));
        if (pieces[id].Type == PieceType.Unused && halves.TryGetValue(text.Substring(start, length), out var left))
        {
            Add(text, start, left, halves, result);
            Add(text, start + left, length - left, halves, result);
            return;
        }

        result.Add(new Segment(start, length, id));
    }

    private readonly struct Rule(BpeSegmenter owner, string text, Dictionary<string, int> halves) : IPairRule
    {
        public bool TryMerge(in Symbol left, in Symbol right, out int rank, out int merged)
        {
            (rank, merged) = (0, 0);
            var length = left.Length + right.Length;
            if (left.Id == Symbol.Frozen || right.Id == Symbol.Frozen || length > owner.pieces.MaxLength
                || !owner.pieces.TryText(text.AsSpan(left.Start, length), out merged))
            {
                return false;
            }

            rank = owner.rankOfPiece[merged];
            if (owner.pieces[merged].Type == PieceType.Unused)
            {
                halves[text.Substring(left.Start, length)] = left.Length;
            }

            return true;
        }
    }
}
