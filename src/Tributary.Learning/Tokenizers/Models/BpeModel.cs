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
    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (cache.TryGet(piece, out var known))
        {
            ids.AddRange(known!);
            return;
        }

        var before = ids.Count;
        if (WholePieces?.IdOf(alphabet.Written(piece)) is { } whole)
        {
            ids.Add(whole);
        }
        else
        {
            Merge(piece, ids);
        }

        cache.Keep(piece, CollectionsMarshal.AsSpan(ids)[before..]);
    }

    private void Merge(ReadOnlySpan<char> piece, List<int> ids)
    {
        var rented = ArrayPool<Symbol>.Shared.Rent(checked(piece.Length * alphabet.SymbolsPerCharacter));
        var symbols = rented.AsSpan(0, alphabet.Fill(piece, rented));
        if (!symbols.IsEmpty)
        {
            PairMerger.Merge(symbols, merges);
            for (var at = 0; at >= 0; at = symbols[at].Next)
            {
                ids.Add(symbols[at].Id);
            }
        }

        ArrayPool<Symbol>.Shared.Return(rented);
    }
}
