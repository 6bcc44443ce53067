using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>Splits as GPT-2 does; the mapping to bytes is left to the model's alphabet.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool splitWords) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Split(Piece piece, IPieceSink sink)
    {
        if (addPrefixSpace && piece.Span[0] != ' ')
        {
            piece = piece.Prefixed(" ");
        }

        if (!splitWords)
        {
            sink.Add(piece);
            return;
        }

        var text = piece.Span;
        var start = 0;
        while (start < text.Length)
        {
            var end = Gpt2Scanner.EndOfPiece(text, start);
            sink.Add(piece.Part(start, end));
            start = end;
        }
    }
}
