using System.Buffers;
using System.Text;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>GPT-2's way to write bytes as visible characters: printable Latin-1 as itself, the rest from U+0100 on in order.</summary>
internal static class ByteCharacters
{
    private static readonly char[] OfByte = Build();
    private static readonly byte[] Bytes = Invert();

    /// <summary>The 256 characters.</summary>
    public static SearchValues<char> All { get; } = SearchValues.Create(OfByte);

    /// <summary>The character of a byte.</summary>
    public static char ToCharacter(byte value) => OfByte[value];

    /// <summary>The byte of one of <see cref="All"/>.</summary>
    public static byte ToByte(char character) => Bytes[character];

    /// <summary>A text as the characters of its UTF-8 bytes.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        return Write(utf8);
    }

    /// <summary>Bytes as characters.</summary>
    public static string Write(ReadOnlySpan<byte> bytes) => string.Create(bytes.Length, bytes, (span, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            span[i] = OfByte[source[i]];
        }
    });

    private static char[] Build()
    {
        var map = new char[256];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            map[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)value : next++;
        }

        return map;
    }

    private static byte[] Invert()
    {
        var inverse = new byte[512];
        for (var value = 0; value < 256; value++)
        {
            inverse[OfByte[value]] = (byte)value;
        }

        return inverse;
    }
}
