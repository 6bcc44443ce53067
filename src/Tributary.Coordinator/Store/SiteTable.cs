namespace Tributary.Coordinator.Store;

/// <summary>The table of sites.</summary>
internal static class SiteTable
{
    /// <summary>Adds a site, or lets a revoked one take part again.</summary>
    public static void Admit(Statements to, string name, DateTimeOffset now) =>
        to.Run($"INSERT INTO sites (name, created) VALUES ({name}, {now}) ON CONFLICT (name) DO UPDATE SET revoked = NULL");

    /// <summary>All sites by name.</summary>
    public static IReadOnlyList<Site> All(Statements from) => from.All($"SELECT name, created, revoked FROM sites ORDER BY name", Read);

    /// <summary>One site, or null.</summary>
    public static Site? Find(Statements from, string name) => from.First($"SELECT name, created, revoked FROM sites WHERE name = {name}", Read);

    /// <summary>Shuts a site out; the first time stays.</summary>
    public static void Revoke(Statements to, string name, DateTimeOffset now) => to.Run($"UPDATE sites SET revoked = coalesce(revoked, {now}) WHERE name = {name}");

    private static Site Read(Row row) => new(row.Text(0), row.Time(1), row.TimeOrNull(2));
}
