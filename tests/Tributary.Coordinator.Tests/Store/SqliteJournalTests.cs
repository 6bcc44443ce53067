using Tributary.Coordinator.Store;
using Tributary.Federation.State;
using Tributary.Federation.Tests.State;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Store;

public sealed class SqliteJournalTests : JournalContract
{
    protected override IJournal Open() => new Process(Folder.PathOf("coordinator.db"));

    [Fact]
    public void Runs_side_by_side_have_journals_of_their_own()
    {
        using (var database = OpenDatabase())
        {
            using var one = new SqliteJournal(database, "one");
            using var two = new SqliteJournal(database, "two");
            one.Append(new JournalEntry.Opened("1", "hash"));
            two.Append(new JournalEntry.Opened("2", "hash"));
            one.Append(new JournalEntry.Opened("3", "hash"));
        }

        using var again = OpenDatabase();
        new SqliteJournal(again, "one").Entries.ShouldBe([new JournalEntry.Opened("1", "hash"), new JournalEntry.Opened("3", "hash")]);
        new SqliteJournal(again, "two").Entries.ShouldBe([new JournalEntry.Opened("2", "hash")]);
    }

    [Theory]
    [InlineData("DELETE FROM journal WHERE sequence = 2", 2)]
    [InlineData("UPDATE journal SET entry = '{' WHERE sequence = 3", 3)]
    [InlineData("UPDATE journal SET entry = '{\"entry\":\"unheard\"}' WHERE sequence = 1", 1)]
    public void A_missing_or_damaged_entry_is_an_error(string damage, int entry)
    {
        Write("a", "b", "c");
        using var database = OpenDatabase();
        database.Write(to => to.Run(System.Runtime.CompilerServices.FormattableStringFactory.Create(damage.Replace("{", "{{").Replace("}", "}}"))));
        Should.Throw<InputException>(() => new SqliteJournal(database, "one")).Message.ShouldContain($"entry {entry} is missing or damaged");
    }

    [Fact]
    public void A_run_that_is_not_in_the_database_has_no_journal()
    {
        using var database = OpenDatabase();
        using var journal = new SqliteJournal(database, "three");
        Should.Throw<RunException>(() => journal.Append(new JournalEntry.Opened("3", "hash")));
    }

    private Database OpenDatabase() => Process.OpenDatabase(Folder.PathOf("coordinator.db"));

    /// <summary>A coordinator with one journal: the database is held by one process, and so is each journal in it.</summary>
    private sealed class Process(string path) : IJournal
    {
        private readonly Database database = OpenDatabase(path);
        private SqliteJournal? journal;

        public IReadOnlyList<JournalEntry> Entries => Journal.Entries;

        private SqliteJournal Journal => journal ??= new SqliteJournal(database, "one");

        public static Database OpenDatabase(string path)
        {
            var database = Database.Open(path);
            database.Write(to =>
            {
                foreach (var run in new[] { "one", "two" })
                {
                    RunTable.Add(to, new RunRecord(run, "ada", "", RunState.Running, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));
                }
            });
            return database;
        }

        public void Append(JournalEntry entry) => Journal.Append(entry);

        public void Dispose() => database.Dispose();
    }
}
