namespace Tributary.Coordinator.Audit;

/// <summary>The lines of a stream, one after another in bounded memory.</summary>
internal sealed class AuditLines(Stream stream)
{
    private readonly byte[] buffer = new byte[AuditLine.Longest];
    private int start;
    private int end;

    /// <summary>Whether reading ended at a line longer than any is.</summary>
    public bool IsTooLong => start == 0 && end == buffer.Length;

    /// <summary>The next whole line without its end; false when there is none. It holds until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = buffer.AsSpan(start, length);
                start += length + 1;
                return true;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            var read = end < buffer.Length ? stream.Read(buffer.AsSpan(end)) : 0;
            if (read == 0)
            {
                line = default;
                return false;
            }

            end += read;
        }
    }
}
