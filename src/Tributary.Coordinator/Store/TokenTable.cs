namespace Tributary.Coordinator.Store;

/// <summary>The table of enrolment tokens, known by their hashes.</summary>
internal static class TokenTable
{
    /// <summary>Adds a token.</summary>
    public static void Add(Statements to, byte[] hash, string site, DateTimeOffset now, DateTimeOffset expires) =>
        to.Run($"INSERT INTO tokens (hash, site, created, expires) VALUES ({hash}, {site}, {now}, {expires})");

    /// <summary>The site that a token was made for, when it can still be used.</summary>
    public static string? Usable(Statements from, byte[] hash, DateTimeOffset now) =>
        from.First($"SELECT site FROM tokens WHERE hash = {hash} AND used IS NULL AND expires > {now}", row => row.Text(0));

    /// <summary>Marks a token as used.</summary>
    public static void Use(Statements to, byte[] hash, DateTimeOffset now) => to.Run($"UPDATE tokens SET used = {now} WHERE hash = {hash}");

    /// <summary>Makes all unused tokens of a site worthless.</summary>
    public static void Void(Statements to, string site) => to.Run($"DELETE FROM tokens WHERE site = {site} AND used IS NULL");
}
