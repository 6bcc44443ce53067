using System.Text.Json.Nodes;
using Tributary.Numerics;

namespace Tributary.Coordinator.Audit;

/// <summary>
/// The coordinator's log of who did what: a file of lines, each of which holds the hash of the one before, so that no line can be changed, removed or moved unseen. It is its own
/// export: a copy of the file is checked by <see cref="AuditFile.Verify"/>. One process at a time opens it; others may read.
/// </summary>
public sealed class AuditLog : IDisposable
{
    private readonly FileStream stream;
    private readonly TimeProvider time;
    private readonly bool durable;
    private readonly Lock writing = new();

    private AuditLog(FileStream stream, TimeProvider time, bool durable, AuditHead head) => (this.stream, this.time, this.durable, Head) = (stream, time, durable, head);

    /// <summary>Where the log ends.</summary>
    public AuditHead Head { get; private set; }

    /// <summary>Opens or creates a log. A last line without an end, left when the process died, is cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="durable">Whether every entry waits for the disk, against power loss.</param>
    /// <exception cref="InputException">A line is damaged.</exception>
    /// <exception cref="RunException">The file cannot be opened.</exception>
    public static AuditLog Open(string path, TimeProvider time, bool durable = false)
    {
        FileStream? stream = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            var (head, length) = AuditFile.Scan(stream, path);
            stream.SetLength(length);
            stream.Position = length;
            return new AuditLog(stream, time, durable, head);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            stream?.Dispose();
            throw new RunException($"cannot open the audit log {path}: {error.Message}", error);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>Appends an entry; when this returns, the entry survives the end of the process.</summary>
    /// <param name="actor">Who: a person, a site, or the coordinator itself.</param>
    /// <param name="action">What, as verb: "site.revoke".</param>
    /// <param name="subject">To what.</param>
    /// <param name="details">What else is worth knowing; never a secret.</param>
    /// <exception cref="RunException">The disk is full or not writable; the log is as it was.</exception>
    public void Append(string actor, string action, string subject, JsonObject? details = null)
    {
        lock (writing)
        {
            var (line, head) = AuditLine.Write(new AuditEntry(Head.Sequence + 1, time.GetUtcNow().UtcDateTime, actor, action, subject, details ?? []), Head);
            var end = stream.Position;
            try
            {
                stream.Write(line);
                stream.Flush(durable);
            }
            catch (Exception error) when (DiskFailure.Is(error))
            {
                stream.SetLength(end);
                stream.Position = end;
                throw new RunException($"cannot write the audit log {stream.Name}: {error.Message}", error);
            }

            Head = head;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
