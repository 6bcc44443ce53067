using System.Buffers.Text;
using System.Security.Cryptography;

namespace Tributary.Coordinator.Store;

/// <summary>A random text of 256 bits that proves who bears it. Only its SHA-256 is stored: who reads the database cannot use it.</summary>
internal static class Secret
{
    private const int Bytes = 32;
    private const int Characters = 43;

    /// <summary>A new secret as URL-safe base64, 43 characters.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What is stored of it; null when the text has not the form of a secret.</summary>
    public static byte[]? HashOf(string? secret) => secret is { Length: Characters } && Base64Url.IsValid(secret) ? SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret)) : null;
}
