using System.Text;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>Writes every piece as the characters of its bytes, for pre-tokenisers that come after a byte level.</summary>
internal sealed class ByteCharactersPreTokenizer : IPreTokenizer
{
    /// <inheritdoc/>
    public void Split(Piece piece, IPieceSink sink)
    {
        var text = piece.Alone();
        var result = new AlignedTextBuilder(text);
        Span<byte> utf8 = stackalloc byte[4];
        var at = 0;
        foreach (var c in text.Text.EnumerateRunes())
        {
            foreach (var value in utf8[..c.EncodeToUtf8(utf8)])
            {
                result.Write(new Rune(ByteCharacters.ToCharacter(value)), at, at + c.Utf16SequenceLength);
            }

            at += c.Utf16SequenceLength;
        }

        sink.Add(Piece.Of(result.Build()));
    }
}
