namespace Tributary.Coordinator.Store;

/// <summary>The table of runs.</summary>
internal static class RunTable
{
    /// <summary>Adds a run; false when its id is taken.</summary>
    public static bool Add(Statements to, RunRecord run) => to.Run(
        $"""
        INSERT INTO runs (id, owner, experiment, state, reason, created, changed)
        VALUES ({run.Id}, {run.Owner}, {run.Experiment}, {run.State.ToString()}, {run.Reason}, {run.Created}, {run.Changed}) ON CONFLICT (id) DO NOTHING
        """) > 0;

    /// <summary>One run, or null.</summary>
    public static RunRecord? Find(Statements from, string id) =>
        from.First($"SELECT id, owner, experiment, state, created, changed, reason FROM runs WHERE id = {id}", Read);

    /// <summary>All runs, newest first.</summary>
    public static IReadOnlyList<RunRecord> All(Statements from) =>
        from.All($"SELECT id, owner, experiment, state, created, changed, reason FROM runs ORDER BY created DESC, id", Read);

    /// <summary>Moves a run from one state to another; false when it is not in the first: somebody else was faster.</summary>
    public static bool Move(Statements to, string id, RunState from, RunState next, DateTimeOffset now, string? reason = null) =>
        to.Run($"UPDATE runs SET state = {next.ToString()}, reason = {reason}, changed = {now} WHERE id = {id} AND state = {from.ToString()}") > 0;

    private static RunRecord Read(Row row) =>
        new(row.Text(0), row.Text(1), row.Text(2), Enum.Parse<RunState>(row.Text(3)), row.Time(4), row.Time(5), row.TextOrNull(6));
}
