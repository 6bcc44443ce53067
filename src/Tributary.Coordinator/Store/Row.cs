using Microsoft.Data.Sqlite;

namespace Tributary.Coordinator.Store;

/// <summary>The columns of one row, numbered from 0.</summary>
public readonly struct Row
{
    private readonly SqliteDataReader reader;

    internal Row(SqliteDataReader reader) => this.reader = reader;

    /// <summary>A text.</summary>
    public string Text(int column) => reader.GetString(column);

    /// <summary>A text, or null.</summary>
    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A whole number.</summary>
    public int Number(int column) => reader.GetInt32(column);

    /// <summary>Bytes.</summary>
    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    /// <summary>A time, kept as milliseconds since 1970.</summary>
    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    /// <summary>A time, or null.</summary>
    public DateTimeOffset? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);
}
