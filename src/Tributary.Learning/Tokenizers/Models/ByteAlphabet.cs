using System.Text;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>UTF-8 bytes as symbols. A byte without a token becomes the unknown token, or nothing when there is none.</summary>
internal sealed class ByteAlphabet(Vocabulary vocabulary, int? unknown) : ISymbolAlphabet
{
    private readonly int[] idOfByte = [.. Enumerable.Range(0, 256).Select(b => vocabulary.IdOf(ByteCharacters.ToCharacter((byte)b).ToString()) ?? unknown ?? Symbol.Unknown)];

    /// <inheritdoc/>
    public int Bound(ReadOnlySpan<char> piece) => Encoding.UTF8.GetByteCount(piece);

    /// <inheritdoc/>
    public int Fill(ReadOnlySpan<char> piece, Span<Symbol> symbols)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var (count, at) = (0, 0);
        foreach (var c in piece.EnumerateRunes())
        {
            foreach (var value in utf8[..c.EncodeToUtf8(utf8)])
            {
                if (idOfByte[value] >= 0)
                {
                    symbols[count++].Begin(idOfByte[value], at, c.Utf16SequenceLength);
                }
            }

            at += c.Utf16SequenceLength;
        }

        return count;
    }

    /// <inheritdoc/>
    public string Written(ReadOnlySpan<char> piece) => ByteCharacters.Write(piece);
}
