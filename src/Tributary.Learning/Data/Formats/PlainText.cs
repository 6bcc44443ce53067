using System.Text;

namespace Tributary.Learning.Data.Formats;

/// <summary>Running text as paragraphs: pieces that end with their blank lines, so that joined in order they are the file again.</summary>
internal static class PlainText
{
    private static readonly IReadOnlyDictionary<string, string> NoFields = new Dictionary<string, string>();

    public static List<Example> Paragraphs(ReadOnlySpan<byte> text)
    {
        var paragraphs = new List<Example>();
        var (start, position, blankSeen, contentSeen) = (0, 0, false, false);
        while (position < text.Length)
        {
            var end = text[position..].IndexOf((byte)'\n') is var length && length < 0 ? text.Length : position + length + 1;
            var blank = text[position..end].Trim(" \t\r\n"u8).IsEmpty;
            if (!blank && blankSeen && contentSeen)
            {
                paragraphs.Add(new TextExample(Encoding.UTF8.GetString(text[start..position]), NoFields));
                (start, contentSeen) = (position, false);
            }

            blankSeen = blank;
            contentSeen |= !blank;
            position = end;
        }

        if (contentSeen)
        {
            paragraphs.Add(new TextExample(Encoding.UTF8.GetString(text[start..]), NoFields));
        }

        return paragraphs;
    }
}
