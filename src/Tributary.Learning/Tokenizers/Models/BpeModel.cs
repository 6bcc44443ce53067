using System.Buffers;
using System.Runtime.InteropServices;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>Byte-pair encoding by ranked merges over an alphabet of bytes or characters.</summary>
internal sealed class BpeModel(ISymbolAlphabet alphabet, MergeTable merges) : ITokenModel
{
    private readonly PieceCache cache = new();

    /// <summary>Pieces that are tokens as they stand, without looking at merges; null when every piece is merged.</summary>
    public Vocabulary? WholePieces { get; init; }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> piece, List<EncodedToken> tokens)
    {
        if (cache.TryGet(piece, out var known))
        {
            tokens.AddRange(known!);
            return;
        }

        var before = tokens.Count;
        if (WholePieces?.IdOf(alphabet.Written(piece)) is { } whole)
        {
            tokens.Add(new EncodedToken(whole, new TextRange(0, piece.Length)));
        }
        else
        {
            Merge(piece, tokens);
        }

        cache.Keep(piece, CollectionsMarshal.AsSpan(tokens)[before..]);
    }

    private void Merge(ReadOnlySpan<char> piece, List<EncodedToken> tokens)
    {
        var rented = ArrayPool<Symbol>.Shared.Rent(alphabet.Bound(piece));
        var symbols = rented.AsSpan(0, alphabet.Fill(piece, rented));
        if (!symbols.IsEmpty)
        {
            PairMerger.Merge(symbols, merges);
            for (var at = 0; at >= 0; at = symbols[at].Next)
            {
                // The last of the symbols that became one still says what it covered alone.
                ref var last = ref symbols[(symbols[at].Next < 0 ? symbols.Length : symbols[at].Next) - 1];
                tokens.Add(new EncodedToken(symbols[at].Id, new TextRange(symbols[at].Start, last.Start + last.Length)));
            }
        }

        ArrayPool<Symbol>.Shared.Return(rented);
    }
}
