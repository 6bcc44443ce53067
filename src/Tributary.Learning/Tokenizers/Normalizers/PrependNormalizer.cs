using System.Text;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Normalizers;

/// <summary>Puts a text before every stretch that is not empty; it counts as part of the first character.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var result = new AlignedTextBuilder(text);
        result.Write(prefix, 0, Rune.GetRuneAt(text.Text, 0).Utf16SequenceLength);
        result.Copy(0, text.Length);
        return result.Build();
    }
}
