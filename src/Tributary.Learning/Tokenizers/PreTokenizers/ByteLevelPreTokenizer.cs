using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>Splits as GPT-2 does; the mapping to bytes is the model's alphabet.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool splitWords) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, bool atStart, IPieceSink sink)
    {
        if (addPrefixSpace && text[0] != ' ')
        {
            text = string.Concat(" ", text);
        }

        if (!splitWords)
        {
            sink.Add(text);
            return;
        }

        var start = 0;
        while (start < text.Length)
        {
            var end = Gpt2Scanner.EndOfPiece(text, start);
            sink.Add(text[start..end]);
            start = end;
        }
    }
}
