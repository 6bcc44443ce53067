using System.Globalization;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>Tokens that stand for one byte, written <c>&lt;0x0A&gt;</c>.</summary>
internal static class ByteTokens
{
    /// <summary>The written form of a byte.</summary>
    public static string Write(byte value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    /// <summary>The byte of a written form, or null when the token is something else.</summary>
    public static byte? Parse(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
