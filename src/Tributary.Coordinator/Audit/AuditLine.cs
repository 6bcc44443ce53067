using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tributary.Coordinator.Audit;

/// <summary>
/// One line of the log, "HASH JSON": the hash is SHA-256, in hexadecimal, over the previous line's hash (64 zeros before the first) and this line's JSON, byte after byte. So
/// <c>printf %s%s PREVIOUS JSON | sha256sum</c> checks a line.
/// </summary>
internal static class AuditLine
{
    /// <summary>Most bytes of a line, with its end.</summary>
    public const int Longest = 64 * 1024;

    private const int HashLength = 64;

    /// <summary>The line of an entry with its end, and where the log then ends.</summary>
    /// <exception cref="ArgumentException">The entry is too long.</exception>
    public static (byte[] Line, AuditHead Head) Write(AuditEntry entry, AuditHead previous)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(entry, AuditJson.Default.AuditEntry);
        var hash = Hash(previous, json);
        byte[] line = [.. Encoding.ASCII.GetBytes(hash), (byte)' ', .. json, (byte)'\n'];
        return line.Length <= Longest ? (line, new AuditHead(entry.Sequence, hash)) : throw new ArgumentException($"an audit entry of {line.Length} bytes", nameof(entry));
    }

    /// <summary>Where the log ends after this line, given without its end; null when the line does not follow on the previous one.</summary>
    public static AuditHead? Follow(ReadOnlySpan<byte> line, AuditHead previous)
    {
        if (line.Length <= HashLength || line[HashLength] != ' ')
        {
            return null;
        }

        var json = line[(HashLength + 1)..];
        var hash = Hash(previous, json);
        return Encoding.ASCII.GetString(line[..HashLength]) == hash && SequenceOf(json) == previous.Sequence + 1 ? new AuditHead(previous.Sequence + 1, hash) : null;
    }

    private static string Hash(AuditHead previous, ReadOnlySpan<byte> json)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(previous.Hash));
        hash.AppendData(json);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static long? SequenceOf(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AuditJson.Default.AuditEntry)?.Sequence;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
