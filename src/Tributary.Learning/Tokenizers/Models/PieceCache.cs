using System.Collections.Concurrent;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>Tokens of short pieces seen before: words repeat. Bounded, and filled in any order without changing a result.</summary>
internal sealed class PieceCache
{
    private const int MaxPieces = 1 << 16;
    private const int MaxLength = 48;

    private readonly ConcurrentDictionary<string, EncodedToken[]> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EncodedToken[]>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    private int count;

    /// <summary>An empty cache.</summary>
    public PieceCache() => bySpan = known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The tokens of a piece seen before.</summary>
    public bool TryGet(ReadOnlySpan<char> piece, out EncodedToken[]? tokens)
    {
        tokens = null;
        return piece.Length <= MaxLength && bySpan.TryGetValue(piece, out tokens);
    }

    /// <summary>Keeps the tokens of a piece, if there is room.</summary>
    public void Keep(ReadOnlySpan<char> piece, ReadOnlySpan<EncodedToken> tokens)
    {
        if (piece.Length <= MaxLength && Volatile.Read(ref count) < MaxPieces && known.TryAdd(piece.ToString(), tokens.ToArray()))
        {
            Interlocked.Increment(ref count);
        }
    }
}
