using System.Runtime.InteropServices;
using System.Text;

namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>Writes a new text from an old one, keeping what each unit came from.</summary>
internal sealed class AlignedTextBuilder(AlignedText source)
{
    private readonly StringBuilder text = new(source.Length + 16);
    private readonly List<TextRange> origins = new(source.Length + 16);

    /// <summary>Takes units of the old text over as they are.</summary>
    public void Copy(int start, int end)
    {
        text.Append(source.Text, start, end - start);
        for (var i = start; i < end; i++)
        {
            origins.Add(source.OriginOf(i, i + 1));
        }
    }

    /// <summary>Writes a text that stands for units of the old one.</summary>
    public void Write(ReadOnlySpan<char> written, int start, int end)
    {
        text.Append(written);
        CollectionsMarshal.SetCount(origins, text.Length);
        CollectionsMarshal.AsSpan(origins)[^written.Length..].Fill(source.OriginOf(start, end));
    }

    /// <summary>Writes a character that stands for units of the old text.</summary>
    public void Write(Rune written, int start, int end)
    {
        Span<char> units = stackalloc char[2];
        Write(units[..written.EncodeToUtf16(units)], start, end);
    }

    /// <summary>The new text.</summary>
    public AlignedText Build() => AlignedText.Of(text.ToString(), [.. origins]);
}
