using System.Text;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>The most probable segmentation under a unigram model, by Viterbi (Kudo, arXiv:1804.10959).</summary>
internal sealed class UnigramSegmenter : ISegmenter
{
    private const float UnknownPenalty = 10;

    private readonly PieceTable pieces;
    private readonly TokenTrie trie = new();
    private readonly float unknownScore;
    private readonly float maxScore;

    /// <summary>A segmenter over the pieces of a model.</summary>
    public UnigramSegmenter(SentencePieceModel model, PieceTable pieces)
    {
        this.pieces = pieces;
        var scores = model.Pieces.Where(p => p.Type == PieceType.Normal).Select(p => p.Score).DefaultIfEmpty(0).ToArray();
        unknownScore = scores.Min() - UnknownPenalty;
        // The reference begins its maximum at the smallest positive normal float, which log probabilities never reach.
        maxScore = MathF.Max(scores.Max(), 1.17549435e-38f);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            if (model.Pieces[id].Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused)
            {
                trie.Add(model.Pieces[id].Text, id);
            }
        }
    }

    /// <inheritdoc/>
    public List<Segment> Cut(string text)
    {
        var best = new Path[text.Length + 1];
        best.AsSpan().Fill(new Path(Start: -1, Id: -1, Score: 0));
        var start = 0;
        while (start < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(start), out _, out var character);
            if (!Extend(text, start, character, best))
            {
                Offer(ref best[start + character], start, pieces.Unknown, unknownScore + best[start].Score);
            }

            start += character;
        }

        return Backtrack(best);
    }

    // Follows the trie from here; true when the single character is itself a piece.
    private bool Extend(string text, int start, int character, Path[] best)
    {
        var (node, single, till) = (TokenTrie.Root, false, best[start].Score);
        for (var end = start + 1; end <= text.Length && (node = trie.Step(node, text[end - 1])) != TokenTrie.None; end++)
        {
            var id = trie.ValueOf(node);
            if (id < 0 || pieces[id].Type == PieceType.Unused)
            {
                continue;
            }

            var score = pieces[id].Type == PieceType.UserDefined
                ? (Encoding.UTF8.GetByteCount(text.AsSpan(start, end - start)) * maxScore) - 0.1 // always chosen
                : pieces[id].Score;
            Offer(ref best[end], start, id, score + till);
            single |= end - start == character;
        }

        return single;
    }

    private static void Offer(ref Path best, int start, int id, double score)
    {
        if (best.Start < 0 || score > best.Score)
        {
            best = new Path(start, id, (float)score);
        }
    }

    private static List<Segment> Backtrack(Path[] best)
    {
        var result = new List<Segment>();
        for (var end = best.Length - 1; end > 0; end = best[end].Start)
        {
            result.Add(new Segment(best[end].Start, end - best[end].Start, best[end].Id));
        }

        result.Reverse();
        return result;
    }

    private readonly record struct Path(int Start, int Id, float Score);
}
