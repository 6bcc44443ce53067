using System.Globalization;
using Microsoft.Data.Sqlite;
using Tributary.Numerics;

namespace Tributary.Coordinator.Store;

/// <summary>The tables of the database, step by step: user_version counts the steps that a file has taken, and a newer program adds steps at the end.</summary>
internal static class Schema
{
    /// <summary>Tells the coordinator's files from those of other programs ("Trib").</summary>
    private const int ApplicationId = 0x54726962;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE sites (
            name TEXT PRIMARY KEY, created INTEGER NOT NULL, revoked INTEGER) WITHOUT ROWID;
        CREATE TABLE tokens (
            hash BLOB PRIMARY KEY, site TEXT NOT NULL REFERENCES sites, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER) WITHOUT ROWID;
        CREATE TABLE certificates (
            serial TEXT PRIMARY KEY, site TEXT NOT NULL REFERENCES sites, issued INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER, reason TEXT) WITHOUT ROWID;
        CREATE INDEX certificates_of_sites ON certificates (site);
        CREATE TABLE people (
            name TEXT PRIMARY KEY, role TEXT NOT NULL, hash BLOB NOT NULL, created INTEGER NOT NULL, revoked INTEGER) WITHOUT ROWID;
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, experiment TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, created INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE memberships (
            run TEXT NOT NULL REFERENCES runs, site TEXT NOT NULL REFERENCES sites, base TEXT NOT NULL, tokenizer TEXT NOT NULL, protocol INTEGER NOT NULL,
            joined INTEGER NOT NULL, withdrawn INTEGER, PRIMARY KEY (run, site)) WITHOUT ROWID;
        CREATE TABLE journal (
            run TEXT NOT NULL REFERENCES runs, sequence INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (run, sequence)) WITHOUT ROWID;
        """,
    ];

    /// <summary>The form that this program knows.</summary>
    public static int Version => Steps.Length;

    /// <summary>Checks an opened file and takes the steps that it lacks, all or none.</summary>
    /// <exception cref="InputException">It is damaged, of a newer version or not the coordinator's.</exception>
    public static void Bring(SqliteConnection connection, string path, bool durable)
    {
        var (program, version) = (Ask<long>(connection, "PRAGMA application_id"), Ask<long>(connection, "PRAGMA user_version"));
        if (program != ApplicationId && Ask<long>(connection, "SELECT count(*) FROM sqlite_master") > 0)
        {
            throw new InputException($"{path} is the database of another program; choose another data folder");
        }

        if (version > Version)
        {
            throw new InputException($"{path} was written by a newer version of this program (schema {version}, this one knows {Version}); use that version, or another data folder");
        }

        Run(connection, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = {(durable ? "FULL" : "NORMAL")}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF");
        if (Ask<string>(connection, "PRAGMA quick_check(1)") is var finding and not "ok")
        {
            throw Damaged(path, finding);
        }

        using var transaction = connection.BeginTransaction();
        foreach (var step in Steps.Skip((int)version))
        {
            Run(connection, step);
        }

        Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}"));
        transaction.Commit();
    }

    /// <summary>What to say of a damaged file.</summary>
    public static InputException Damaged(string path, string finding, Exception? error = null) =>
        new($"{path} is damaged or no database ({finding.ReplaceLineEndings(" ").TrimEnd('.')}); restore it from a copy, or move it away and begin anew", error);

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static T Ask<T>(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }
}
