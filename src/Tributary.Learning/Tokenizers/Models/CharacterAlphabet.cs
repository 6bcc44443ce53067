using System.Text;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>Characters as symbols. One without a token falls back to its bytes, then to the unknown token, then to nothing.</summary>
internal sealed class CharacterAlphabet : ISymbolAlphabet
{
    private readonly Dictionary<int, int> idOfRune = [];
    private readonly int[]? idOfByte;
    private readonly int? unknown;
    private readonly bool fuseUnknown;

    /// <summary>An alphabet over a vocabulary; <paramref name="fuseUnknown"/> makes one token of neighbouring unknown characters.</summary>
    public CharacterAlphabet(Vocabulary vocabulary, int? unknown, bool fuseUnknown, bool byteFallback)
    {
        (this.unknown, this.fuseUnknown) = (unknown, fuseUnknown);
        for (var id = 0; id < vocabulary.Size; id++)
        {
            if (vocabulary.TokenOf(id) is { Length: 1 or 2 } token && Rune.TryGetRuneAt(token, 0, out var rune) && rune.Utf16SequenceLength == token.Length)
            {
                idOfRune[rune.Value] = id;
            }
        }

        idOfByte = byteFallback ? [.. Enumerable.Range(0, 256).Select(b => vocabulary.IdOf(ByteTokens.Write((byte)b)) ?? Symbol.Unknown)] : null;
    }

    /// <inheritdoc/>
    public int SymbolsPerCharacter => 3;

    /// <inheritdoc/>
    public int Fill(ReadOnlySpan<char> piece, Span<Symbol> symbols)
    {
        var count = 0;
        var afterUnknown = false;
        foreach (var rune in piece.EnumerateRunes())
        {
            if (idOfRune.TryGetValue(rune.Value, out var id))
            {
                symbols[count++].Id = id;
                afterUnknown = false;
            }
            else if (TryBytes(rune, symbols, ref count))
            {
                afterUnknown = false;
            }
            else if (unknown is { } token && !(fuseUnknown && afterUnknown))
            {
                symbols[count++].Id = token;
                afterUnknown = true;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public string Written(ReadOnlySpan<char> piece) => piece.ToString();

    private bool TryBytes(Rune rune, Span<Symbol> symbols, ref int count)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var length = rune.EncodeToUtf8(utf8);
        if (idOfByte is null)
        {
            return false;
        }

        foreach (var value in utf8[..length])
        {
            if (idOfByte[value] < 0)
            {
                return false;
            }
        }

        foreach (var value in utf8[..length])
        {
            symbols[count++].Id = idOfByte[value];
        }

        return true;
    }
}
