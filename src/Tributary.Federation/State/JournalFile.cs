using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Federation.State;

/// <summary>
/// A journal as an append-only file of lines "checksum json". Whatever byte the process dies at, opening it again finds every entry whose <see cref="Append"/> had returned: a
/// torn last line is cut off.
/// </summary>
public sealed class JournalFile : IJournal
{
    private const int ChecksumLength = 16;
    private readonly FileStream stream;
    private readonly List<JournalEntry> entries = [];
    private readonly bool durable;

    /// <summary>Opens or creates a journal. <paramref name="durable"/> waits for the disk at every entry, against power loss.</summary>
    /// <exception cref="InputException">A line before the last is damaged.</exception>
    /// <exception cref="RunException">The file cannot be opened, for instance because another process runs the same run.</exception>
    public JournalFile(string path, bool durable = false)
    {
        this.durable = durable;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0); // a buffer would be written again on closing
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"cannot open the journal {path}: {error.Message}", error);
        }

        try
        {
            Load(path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <inheritdoc/>
    public void Append(JournalEntry entry)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(entry, StateJson.Default.JournalEntry);
        var line = new byte[ChecksumLength + 1 + json.Length + 1];
        System.Text.Encoding.ASCII.GetBytes(Checksum(json), line);
        line[ChecksumLength] = (byte)' ';
        json.CopyTo(line, ChecksumLength + 1);
        line[^1] = (byte)'\n';
        try
        {
            stream.Write(line);
            stream.Flush(durable);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"cannot write the journal {stream.Name}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static string Checksum(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, ChecksumLength / 2));

    private static JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length <= ChecksumLength || line[ChecksumLength] != ' ')
        {
            return null;
        }

        var json = line[(ChecksumLength + 1)..];
        return System.Text.Encoding.ASCII.GetString(line[..ChecksumLength]) == Checksum(json) ? JsonSerializer.Deserialize(json, StateJson.Default.JournalEntry) : null;
    }

    private void Load(string path)
    {
        var bytes = new byte[checked((int)stream.Length)];
        stream.ReadExactly(bytes);
        var start = 0;
        while (start < bytes.Length)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            var entry = length < 0 ? null : Parse(bytes.AsSpan(start, length));
            if (entry is null)
            {
                if (length >= 0 && start + length + 1 < bytes.Length)
                {
                    throw new InputException($"{path}: line {entries.Count + 1} is damaged; restore the file from a copy or start the run anew");
                }

                break;
            }

            entries.Add(entry);
            start += length + 1;
        }

        stream.SetLength(start);
        stream.Position = start;
    }
}
