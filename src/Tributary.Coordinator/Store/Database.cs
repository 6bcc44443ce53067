using Microsoft.Data.Sqlite;
using Tributary.Numerics;

namespace Tributary.Coordinator.Store;

/// <summary>
/// The coordinator's SQLite file. Everything that changes goes through one connection, one transaction after another; readers have their own and wait for nobody (write-ahead
/// log). What a write has returned for survives the end of the process. One process at a time has it, by a lock on a file beside it.
/// </summary>
public sealed class Database : IDisposable
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private readonly string path;
    private readonly string reading;
    private readonly FileStream held;
    private readonly SqliteConnection writer;
    private readonly Lock writing = new();

    private Database(string path, FileStream held, SqliteConnection writer)
    {
        (this.path, this.held, this.writer) = (path, held, writer);
        reading = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString();
    }

    /// <summary>Opens or creates the file and brings its tables to the present form.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="durable">Whether every write waits for the disk, against power loss.</param>
    /// <exception cref="InputException">The file is damaged, of a newer version or not the coordinator's.</exception>
    /// <exception cref="RunException">It cannot be opened.</exception>
    public static Database Open(string path, bool durable = false)
    {
        SqliteLibrary.Prepare();
        var full = Path.GetFullPath(path);
        FileStream? held = null;
        SqliteConnection? writer = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            held = new FileStream(full + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = full, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
            writer.Open();
            Schema.Bring(writer, full, durable);
            return new Database(full, held, writer);
        }
        catch (Exception error)
        {
            writer?.Dispose();
            held?.Dispose();
            throw error switch
            {
                SqliteException { SqliteErrorCode: NotADatabase or Corrupt } => Schema.Damaged(full, error.Message, error),
                SqliteException => new RunException($"cannot open the database {full}: {error.Message}", error),
                _ when DiskFailure.Is(error) => new RunException($"cannot open the database {full}; is another process using it? ({error.Message.TrimEnd('.')})", error),
                _ => error,
            };
        }
    }

    /// <summary>Reads one state of the database, whatever is written meanwhile.</summary>
    /// <exception cref="RunException">It cannot be read.</exception>
    public T Read<T>(Func<Statements, T> work)
    {
        try
        {
            using var connection = new SqliteConnection(reading);
            connection.Open();
            using var transaction = connection.BeginTransaction(deferred: true);
            return work(new Statements(connection, transaction));
        }
        catch (SqliteException error)
        {
            throw new RunException($"cannot read the database {path}: {error.Message}", error);
        }
    }

    /// <summary>Changes the database in one transaction: all of <paramref name="work"/> or, when it throws, nothing.</summary>
    /// <exception cref="RunException">It cannot be written, for instance because the disk is full.</exception>
    public T Write<T>(Func<Statements, T> work)
    {
        lock (writing)
        {
            try
            {
                using var transaction = writer.BeginTransaction();
                var result = work(new Statements(writer, transaction));
                transaction.Commit();
                return result;
            }
            catch (SqliteException error)
            {
                throw new RunException($"cannot write the database {path}: {error.Message}", error);
            }
        }
    }

    /// <summary>The same for changes without a result.</summary>
    /// <exception cref="RunException">It cannot be written, for instance because the disk is full.</exception>
    public void Write(Action<Statements> work) => Write(statements =>
    {
        work(statements);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        using (var pooled = new SqliteConnection(reading))
        {
            SqliteConnection.ClearPool(pooled);
        }

        writer.Dispose();
        held.Dispose();
    }
}
