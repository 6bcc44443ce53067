using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The identity of a tokenizer: its vocabulary files and the settings that change what it gives.</summary>
internal static class TokenizerHash
{
    /// <summary>SHA-256 over each file (name, length, bytes, in ordinal order of names) and the settings.</summary>
    public static string Of(IEnumerable<string> files, string settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(f => Path.GetFileName(f), StringComparer.Ordinal))
        {
            Append(hash, Encoding.UTF8.GetBytes(Path.GetFileName(file)));
            Append(hash, File.ReadAllBytes(file));
        }

        Append(hash, Encoding.UTF8.GetBytes(settings));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Lengths keep neighbouring parts from running into each other.
    private static void Append(IncrementalHash hash, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
