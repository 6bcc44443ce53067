namespace Tributary.Coordinator.Store;

/// <summary>The table of journal entries.</summary>
internal static class JournalTable
{
    /// <summary>Appends an entry.</summary>
    public static void Append(Statements to, string run, string entry) =>
        to.Run($"INSERT INTO journal (run, sequence, entry) VALUES ({run}, (SELECT coalesce(max(sequence), 0) + 1 FROM journal WHERE run = {run}), {entry})");

    /// <summary>The entries of a run, oldest first.</summary>
    public static IReadOnlyList<(int Sequence, string Entry)> Of(Statements from, string run) =>
        from.All($"SELECT sequence, entry FROM journal WHERE run = {run} ORDER BY sequence", row => (row.Number(0), row.Text(1)));
}
