using System.Text;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>
/// The most probable segmentation under a unigram model (Kudo, arXiv:1804.10959), as tokenizer.json means it: scores in double, any token may be part of it, and
/// a run of unknown characters is one token or its bytes.
/// </summary>
internal sealed class UnigramModel : ITokenModel
{
    private const double UnknownPenalty = 10;

    private readonly TokenTrie trie = new();
    private readonly double[] scores;
    private readonly int unknown;
    private readonly double unknownScore;
    private readonly int[]? idOfByte;

    /// <summary>A model over tokens with their scores, by id.</summary>
    public UnigramModel(Vocabulary vocabulary, double[] scores, int unknown, bool byteFallback)
    {
        (this.scores, this.unknown) = (scores, unknown);
        unknownScore = scores.Min() - UnknownPenalty;
        for (var id = 0; id < vocabulary.Size; id++)
        {
            trie.Add(vocabulary.TokenOf(id), id);
        }

        int[] bytes = byteFallback ? [.. Enumerable.Range(0, 256).Select(b => vocabulary.IdOf(ByteTokens.Write((byte)b)) ?? -1)] : [-1];
        idOfByte = bytes.Contains(-1) ? null : bytes;
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> piece, List<EncodedToken> tokens)
    {
        var steps = BestSteps(piece);
        var before = tokens.Count;
        for (var end = piece.Length; end > 0;)
        {
            var (start, id) = (steps[end].Start, steps[end].Id);
            while (id == unknown && start > 0 && steps[start].Id == unknown)
            {
                start = steps[start].Start;
            }

            Add(piece, id, start, end, tokens);
            end = start;
        }

        tokens.Reverse(before, tokens.Count - before);
    }

    private Step[] BestSteps(ReadOnlySpan<char> piece)
    {
        var steps = new Step[piece.Length + 1];
        steps.AsSpan().Fill(new Step(-1, -1, 0));
        for (var start = 0; start < piece.Length;)
        {
            Rune.DecodeFromUtf16(piece[start..], out _, out var character);
            var (node, single, till) = (TokenTrie.Root, false, steps[start].Score);
            for (var end = start + 1; end <= piece.Length && (node = trie.Step(node, piece[end - 1])) != TokenTrie.None; end++)
            {
                if (trie.ValueOf(node) is >= 0 and var id)
                {
                    Offer(ref steps[end], start, id, scores[id] + till);
                    single |= end - start == character;
                }
            }

            if (!single)
            {
                Offer(ref steps[start + character], start, unknown, unknownScore + till);
            }

            start += character;
        }

        return steps;
    }

    private static void Offer(ref Step best, int start, int id, double score)
    {
        if (best.Start < 0 || score > best.Score)
        {
            best = new Step(start, id, score);
        }
    }

    // Last token first, as the path is walked from its end.
    private void Add(ReadOnlySpan<char> piece, int id, int start, int end, List<EncodedToken> tokens)
    {
        if (id != unknown || idOfByte is null)
        {
            tokens.Add(new EncodedToken(id, new TextRange(start, end)));
            return;
        }

        var utf8 = Encoding.UTF8.GetBytes(piece[start..end].ToString());
        for (var i = utf8.Length - 1; i >= 0; i--)
        {
            tokens.Add(new EncodedToken(idOfByte[utf8[i]], new TextRange(start, end)));
        }
    }

    private readonly record struct Step(int Start, int Id, double Score);
}
