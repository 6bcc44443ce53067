using System.Globalization;
using System.Text;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.SentencePiece;

namespace Tributary.Learning.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's character rules as tokenizer.json applies them: to a short grapheme as a whole by the first rule that it begins with, else to each of its characters.
/// </summary>
internal sealed class PrecompiledNormalizer(CharsMap rules) : INormalizer
{
    private const int ShortGrapheme = 6; // UTF-8 bytes that a grapheme must stay below

    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text)
    {
        var result = new AlignedTextBuilder(text);
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text.Text, at);
            if (!TryWrite(text, at, at + length, result))
            {
                WriteCharacters(text, at, at + length, result);
            }

            at += length;
        }

        return result.Build();
    }

    private void WriteCharacters(AlignedText text, int start, int end, AlignedTextBuilder result)
    {
        while (start < end)
        {
            Rune.DecodeFromUtf16(text.Text.AsSpan(start), out _, out var length);
            if (!TryWrite(text, start, start + length, result))
            {
                result.Copy(start, start + length);
            }

            start += length;
        }
    }

    private bool TryWrite(AlignedText text, int start, int end, AlignedTextBuilder result)
    {
        var part = text.Text.AsSpan(start, end - start);
        if (part.Length >= ShortGrapheme || Encoding.UTF8.GetByteCount(part) >= ShortGrapheme)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[ShortGrapheme];
        var replacement = rules.First(utf8[..Encoding.UTF8.GetBytes(part, utf8)], out var found);
        if (found)
        {
            result.Write(Encoding.UTF8.GetString(replacement), start, end);
        }

        return found;
    }
}
