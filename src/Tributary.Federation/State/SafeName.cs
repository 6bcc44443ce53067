using System.Security.Cryptography;
using System.Text;

namespace Tributary.Federation.State;

/// <summary>File names for identifiers from outside: equal ids give equal names, different ids different ones, and none leaves its folder.</summary>
internal static class SafeName
{
    private const int Longest = 80;

    /// <summary>The id with everything but letters, digits, '-', '_' and inner '.' escaped as %XX; long ones are cut and end in a hash.</summary>
    public static string Of(string id)
    {
        var name = new StringBuilder();
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(id))
        {
            var isPlain = char.IsAsciiLetterLower((char)value) || char.IsAsciiDigit((char)value) || value is (byte)'-' or (byte)'_' || (value == '.' && name.Length > 0);
            _ = isPlain || char.IsAsciiLetterUpper((char)value) ? name.Append((char)value) : name.Append('%').Append(value.ToString("X2", null));
        }

        return name.Length <= Longest ? name.ToString() : $"{name.ToString(0, Longest)}~{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id)))[..16]}";
    }
}
