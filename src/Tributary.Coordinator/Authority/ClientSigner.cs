using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Store;

namespace Tributary.Coordinator.Authority;

/// <summary>Makes certificates for sites and notes each in the database.</summary>
internal sealed class ClientSigner(CertificateAuthority authority, TimeProvider time)
{
    /// <summary>A certificate for a key, within the transaction that allows it.</summary>
    public IssuedCertificate Issue(Statements to, string site, PublicKey key)
    {
        var now = time.GetUtcNow();
        var request = new CertificateRequest(new X500DistinguishedName($"CN={site}"), key, HashAlgorithmName.SHA256);
        CertificateUse.Client.AddTo(request);
        using var certificate = authority.Sign(request, now - Validities.Skew, now + Validities.Client);
        var expires = new DateTimeOffset(certificate.NotAfter);
        CertificateTable.Add(to, new CertificateRecord(certificate.SerialNumber, site, now, expires));
        return new IssuedCertificate(site, certificate.SerialNumber, certificate.ExportCertificatePem(), expires);
    }
}
