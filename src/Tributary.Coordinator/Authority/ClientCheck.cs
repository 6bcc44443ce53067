using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Store;

namespace Tributary.Coordinator.Authority;

/// <summary>
/// Tells which site a client certificate stands for: one of this authority, for clients, within its time and not revoked. Meant for every request, so that a revocation also
/// ends connections that are open: who signed is found out once per connection, all else each time.
/// </summary>
public sealed class ClientCheck(CertificateAuthority authority, Database database, TimeProvider time)
{
    internal const string RevokedMessage = "the certificate was revoked; ask the owner of the run for a new enrolment token";

    private readonly ConditionalWeakTable<X509Certificate2, object> ours = []; // a connection has one certificate, and it does not change

    /// <summary>The site of a certificate.</summary>
    /// <param name="certificate">What the client showed; null when it showed none.</param>
    /// <exception cref="DeniedException">It is not accepted; the message says why.</exception>
    public ClientIdentity Require(X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            throw new DeniedException("a client certificate is needed; enrol first");
        }

        if (!ours.TryGetValue(certificate, out _) && !IsOurs(certificate))
        {
            throw new DeniedException("the certificate is not one of this coordinator's for clients; enrol first");
        }

        ours.TryAdd(certificate, ours);
        var found = database.Read(from => CertificateTable.Find(from, certificate.SerialNumber)) ?? throw new DeniedException("the certificate is not known here; enrol anew");
        return found.Revoked is not null ? throw new DeniedException(RevokedMessage)
            : found.Expires <= time.GetUtcNow() ? throw new DeniedException("the certificate has expired; ask the owner of the run for a new enrolment token")
            : new ClientIdentity(found.Site, found.Serial, found.Expires);
    }

    // The chain is the authority and the certificate; whether the time is right is asked of the record, which knows it too.
    private bool IsOurs(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true; // a stranger's certificate must not make the coordinator fetch what it names
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.ApplicationPolicy.Add(CertificateUse.Client.Oid);
        try
        {
            return chain.Build(certificate) && chain.ChainElements.Count == 2;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }
}
