using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tributary.Coordinator.Store;

/// <summary>SQL within one transaction. What is interpolated into a statement becomes a parameter of it, never a part of its text.</summary>
public sealed class Statements
{
    private readonly SqliteConnection connection;
    private readonly SqliteTransaction transaction;

    internal Statements(SqliteConnection connection, SqliteTransaction transaction) => (this.connection, this.transaction) = (connection, transaction);

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Run(FormattableString sql)
    {
        using var command = Command(sql);
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query.</summary>
    public IReadOnlyList<T> All<T>(FormattableString sql, Func<Row, T> read)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(new Row(reader)));
        }

        return rows;
    }

    /// <summary>The first row of a query, or null.</summary>
    public T? First<T>(FormattableString sql, Func<Row, T> read)
        where T : class
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(new Row(reader)) : null;
    }

    private SqliteCommand Command(FormattableString sql)
    {
        var names = Enumerable.Range(0, sql.ArgumentCount).Select(index => $"$p{index}").ToArray();
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql.Format, names);
        foreach (var (name, value) in names.Zip(sql.GetArguments()))
        {
            command.Parameters.AddWithValue(name, value switch { null => DBNull.Value, DateTimeOffset time => time.ToUnixTimeMilliseconds(), _ => value });
        }

        return command;
    }
}
