namespace Tributary.Coordinator.Store;

/// <summary>The table of memberships.</summary>
internal static class MembershipTable
{
    /// <summary>Adds a membership, or renews what the site has and speaks; one that was withdrawn stays so, and the answer is false.</summary>
    public static bool Join(Statements to, Membership joined) => to.Run(
        $"""
        INSERT INTO memberships (run, site, base, tokenizer, protocol, joined)
        VALUES ({joined.Run}, {joined.Site}, {joined.Base}, {joined.Tokenizer}, {joined.Protocol}, {joined.Joined})
        ON CONFLICT (run, site) DO UPDATE SET base = excluded.base, tokenizer = excluded.tokenizer, protocol = excluded.protocol WHERE withdrawn IS NULL
        """) > 0;

    /// <summary>The memberships of a run by site, withdrawn ones among them.</summary>
    public static IReadOnlyList<Membership> Of(Statements from, string run) =>
        from.All($"SELECT run, site, base, tokenizer, protocol, joined, withdrawn FROM memberships WHERE run = {run} ORDER BY site", Read);

    /// <summary>The runs that a site was ever in, by id.</summary>
    public static IReadOnlyList<Membership> With(Statements from, string site) =>
        from.All($"SELECT run, site, base, tokenizer, protocol, joined, withdrawn FROM memberships WHERE site = {site} ORDER BY run", Read);

    /// <summary>Takes a site out of all its runs.</summary>
    public static void Withdraw(Statements to, string site, DateTimeOffset now) =>
        to.Run($"UPDATE memberships SET withdrawn = {now} WHERE site = {site} AND withdrawn IS NULL");

    private static Membership Read(Row row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Number(4), row.Time(5), row.TimeOrNull(6));
}
