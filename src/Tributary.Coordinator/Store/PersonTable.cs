namespace Tributary.Coordinator.Store;

/// <summary>The table of people.</summary>
internal static class PersonTable
{
    /// <summary>Adds a person, in the place of a revoked one of the same name; false when the name is taken.</summary>
    public static bool Add(Statements to, PersonRecord person) => to.Run(
        $"""
        INSERT INTO people (name, role, hash, created) VALUES ({person.Name}, {person.Role}, {person.Hash}, {person.Created})
        ON CONFLICT (name) DO UPDATE SET role = excluded.role, hash = excluded.hash, created = excluded.created, revoked = NULL WHERE revoked IS NOT NULL
        """) > 0;

    /// <summary>One person, or null.</summary>
    public static PersonRecord? Find(Statements from, string name) => from.First($"SELECT name, role, hash, created, revoked FROM people WHERE name = {name}", Read);

    /// <summary>All people by name.</summary>
    public static IReadOnlyList<PersonRecord> All(Statements from) => from.All($"SELECT name, role, hash, created, revoked FROM people ORDER BY name", Read);

    /// <summary>Makes a person's token worthless.</summary>
    public static void Revoke(Statements to, string name, DateTimeOffset now) => to.Run($"UPDATE people SET revoked = {now} WHERE name = {name}");

    private static PersonRecord Read(Row row) => new(row.Text(0), row.Text(1), row.Bytes(2), row.Time(3), row.TimeOrNull(4));
}
