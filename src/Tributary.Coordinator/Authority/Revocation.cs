using Tributary.Coordinator.Store;

namespace Tributary.Coordinator.Authority;

/// <summary>Shuts out certificates and sites, from the next request on.</summary>
public sealed class Revocation(Database database, TimeProvider time)
{
    /// <summary>Revokes one certificate.</summary>
    /// <param name="serial">Its serial number in hexadecimal.</param>
    /// <param name="reason">Why, for the record.</param>
    /// <returns>Whether there is such a certificate that held until now.</returns>
    public bool RevokeCertificate(string serial, string reason) => database.Write(to => CertificateTable.Revoke(to, serial.ToUpperInvariant(), reason, time.GetUtcNow()));

    /// <summary>Revokes a site with all its certificates and unused tokens.</summary>
    /// <param name="site">The site's name.</param>
    /// <param name="reason">Why, for the record.</param>
    /// <returns>Whether there is such a site.</returns>
    public bool RevokeSite(string site, string reason) => database.Write(to =>
    {
        if (SiteTable.Find(to, site) is null)
        {
            return false;
        }

        var now = time.GetUtcNow();
        SiteTable.Revoke(to, site, now);
        TokenTable.Void(to, site);
        CertificateTable.RevokeOf(to, site, reason, now);
        return true;
    });
}
