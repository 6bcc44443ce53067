using System.Security.Cryptography;

namespace Tributary.Federation.State;

/// <summary>Hashes of files.</summary>
public static class FileHash
{
    /// <summary>SHA-256 of a file's bytes, in lower-case hex.</summary>
    public static string Of(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
