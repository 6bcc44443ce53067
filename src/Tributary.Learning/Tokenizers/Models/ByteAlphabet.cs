using System.Buffers;
using System.Text;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>UTF-8 bytes as symbols. A byte without a token becomes the unknown token, or nothing when there is none.</summary>
internal sealed class ByteAlphabet(Vocabulary vocabulary, int? unknown) : ISymbolAlphabet
{
    private readonly int[] idOfByte = [.. Enumerable.Range(0, 256).Select(b => vocabulary.IdOf(ByteCharacters.ToCharacter((byte)b).ToString()) ?? unknown ?? Symbol.Unknown)];

    /// <inheritdoc/>
    public int SymbolsPerCharacter => 3;

    /// <inheritdoc/>
    public int Fill(ReadOnlySpan<char> piece, Span<Symbol> symbols)
    {
        var rented = ArrayPool<byte>.Shared.Rent(checked(3 * piece.Length));
        var length = Encoding.UTF8.GetBytes(piece, rented);
        var count = 0;
        foreach (var value in rented.AsSpan(0, length))
        {
            if (idOfByte[value] >= 0)
            {
                symbols[count++].Id = idOfByte[value];
            }
        }

        ArrayPool<byte>.Shared.Return(rented);
        return count;
    }

    /// <inheritdoc/>
    public string Written(ReadOnlySpan<char> piece) => ByteCharacters.Write(piece);
}
