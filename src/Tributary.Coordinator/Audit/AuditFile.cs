using System.Globalization;
using Tributary.Numerics;

namespace Tributary.Coordinator.Audit;

/// <summary>Checks a log, or a copy of one, without the coordinator that wrote it.</summary>
public static class AuditFile
{
    /// <summary>Checks every line and returns where the log ends.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">A head noted down earlier, which must be in the log: without one, lines missing at the end cannot be told from lines never written.</param>
    /// <exception cref="InputException">A line was changed, added, removed, moved or cut, or the file cannot be read.</exception>
    public static AuditHead Verify(string path, AuditHead? known = null)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var (head, length) = Scan(stream, path, known);
            return length == stream.Position ? head : throw Damaged(path, head.Sequence + 1, "is cut short");
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new InputException($"cannot read the audit log {path}: {error.Message}", error);
        }
    }

    /// <summary>Follows the lines of a stream: the head after the last whole one and the bytes up to its end. What is left is the beginning of one more.</summary>
    /// <exception cref="InputException">A line is not what the one before it asks for.</exception>
    public static (AuditHead Head, long Length) Scan(Stream stream, string path, AuditHead? known = null)
    {
        var lines = new AuditLines(stream);
        var (head, length, isFound) = (AuditHead.Beginning, 0L, known is null or { Sequence: 0 });
        while (lines.TryRead(out var line))
        {
            head = AuditLine.Follow(line, head) ?? throw Damaged(path, head.Sequence + 1, "is not what was written");
            length += line.Length + 1;
            if (head.Sequence == known?.Sequence)
            {
                isFound = head == known ? true : throw Damaged(path, head.Sequence, "is not the one noted down");
            }
        }

        return lines.IsTooLong ? throw Damaged(path, head.Sequence + 1, "is too long")
            : isFound ? (head, length)
            : throw Damaged(path, head.Sequence + 1, string.Create(CultureInfo.InvariantCulture, $"is missing: the log once had {known!.Sequence}"));
    }

    private static InputException Damaged(string path, long line, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path}: line {line} {what}; the log was changed or damaged from there on, compare it with a copy"));
}
