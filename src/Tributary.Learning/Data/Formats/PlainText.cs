using System.Text;

namespace Tributary.Learning.Data.Formats;

/// <summary>Running text as paragraphs: pieces that end with their blank lines, so that joined in order they are the file again. What is too long for a row is parted between lines.</summary>
internal static class PlainText
{
    private static readonly IReadOnlyDictionary<string, string> NoFields = new Dictionary<string, string>();

    public static List<Example> Paragraphs(ReadOnlySpan<byte> text, string path)
    {
        var paragraphs = new List<Example>();
        var (start, position, blankSeen, contentSeen) = (0, 0, false, false);
        while (position < text.Length)
        {
            var end = text[position..].IndexOf((byte)'\n') is var length && length < 0 ? text.Length : position + length + 1;
            var blank = text[position..end].Trim(" \t\r\n"u8).IsEmpty;
            if (contentSeen && ((!blank && blankSeen) || end - start > RowSize.MostBytes))
            {
                paragraphs.Add(Paragraph(text, start..position, path));
                (start, contentSeen) = (position, false);
            }

            blankSeen = blank;
            contentSeen |= !blank;
            position = end;
        }

        if (contentSeen)
        {
            paragraphs.Add(Paragraph(text, start..text.Length, path));
        }

        return paragraphs;
    }

    private static TextExample Paragraph(ReadOnlySpan<byte> text, Range range, string path)
    {
        var paragraph = text[range];
        if (paragraph.Length > RowSize.MostBytes) // only then are lines worth counting
        {
            RowSize.Require(paragraph.Length, path, Utf8File.LineOf(text, range.Start.Value));
        }

        return new TextExample(Encoding.UTF8.GetString(paragraph), NoFields);
    }
}
