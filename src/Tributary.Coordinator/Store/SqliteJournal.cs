using System.Globalization;
using System.Text.Json;
using Tributary.Federation.State;
using Tributary.Numerics;

namespace Tributary.Coordinator.Store;

/// <summary>The journal of one run in the coordinator's database, which stays open when the journal is given back.</summary>
public sealed class SqliteJournal : IJournal
{
    private readonly Database database;
    private readonly string run;
    /// <summary>Opens the journal of a run that is in the database.</summary>
    /// <exception cref="InputException">An entry is missing or damaged.</exception>
    /// <exception cref="RunException">The database cannot be read.</exception>
    public SqliteJournal(Database database, string run)
    {
        (this.database, this.run) = (database, run);
        var stored = database.Read(from => JournalTable.Of(from, run));
        Entries = [.. stored.Select((row, index) => row.Sequence == index + 1 && Parse(row.Entry) is { } entry ? entry : throw Damaged(run, index + 1))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<JournalEntry> Entries { get; }

    /// <inheritdoc/>
    public void Append(JournalEntry entry)
    {
        var json = JsonSerializer.Serialize(entry, StateJson.Default.JournalEntry);
        database.Write(to => JournalTable.Append(to, run, json));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static JournalEntry? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Default.JournalEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static InputException Damaged(string run, int entry) =>
        new(string.Create(CultureInfo.InvariantCulture, $"the journal of run {run}: entry {entry} is missing or damaged; restore the database from a copy or start the run anew"));
}
