namespace Tributary.Coordinator.Store;

/// <summary>The table of client certificates.</summary>
internal static class CertificateTable
{
    /// <summary>Adds a certificate.</summary>
    public static void Add(Statements to, CertificateRecord made) =>
        to.Run($"INSERT INTO certificates (serial, site, issued, expires) VALUES ({made.Serial}, {made.Site}, {made.Issued}, {made.Expires})");

    /// <summary>One certificate, or null.</summary>
    public static CertificateRecord? Find(Statements from, string serial) =>
        from.First($"SELECT serial, site, issued, expires, revoked, reason FROM certificates WHERE serial = {serial}", Read);

    /// <summary>All certificates of a site, oldest first.</summary>
    public static IReadOnlyList<CertificateRecord> Of(Statements from, string site) =>
        from.All($"SELECT serial, site, issued, expires, revoked, reason FROM certificates WHERE site = {site} ORDER BY issued, serial", Read);

    /// <summary>Revokes one certificate and returns whether it held before.</summary>
    public static bool Revoke(Statements to, string serial, string reason, DateTimeOffset now) =>
        to.Run($"UPDATE certificates SET revoked = {now}, reason = {reason} WHERE serial = {serial} AND revoked IS NULL") > 0;

    /// <summary>Revokes all certificates of a site but at most one and returns how many held before.</summary>
    public static int RevokeOf(Statements to, string site, string reason, DateTimeOffset now, string? but = null) =>
        to.Run($"UPDATE certificates SET revoked = {now}, reason = {reason} WHERE site = {site} AND revoked IS NULL AND serial IS NOT {but}");

    private static CertificateRecord Read(Row row) => new(row.Text(0), row.Text(1), row.Time(2), row.Time(3), row.TimeOrNull(4), row.TextOrNull(5));
}
