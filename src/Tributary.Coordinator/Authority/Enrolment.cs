using Tributary.Coordinator.Store;
using Tributary.Numerics;

namespace Tributary.Coordinator.Authority;

/// <summary>How sites come to certificates: an owner makes a token for a site, the site changes it for its first certificate, and with each certificate it gets the next.</summary>
public sealed class Enrolment(CertificateAuthority authority, Database database, TimeProvider time)
{
    private readonly ClientSigner signer = new(authority, time);

    /// <summary>Makes a token that a site can use once. A site that was revoked may take part again once it has used it.</summary>
    /// <param name="site">The site's name.</param>
    /// <param name="validity">How long the token waits, at most 30 days.</param>
    /// <returns>TOKEN.FINGERPRINT, to be handed over in confidence: it is not kept.</returns>
    /// <exception cref="InputException">The name or the time is not allowed.</exception>
    public string Invite(string site, TimeSpan validity)
    {
        PlainName.Require(site, "site");
        if (validity <= TimeSpan.Zero || validity > Validities.LongestToken)
        {
            throw new InputException($"an enrolment token holds for up to {Validities.LongestToken.Days} days");
        }

        var (token, now) = (Secret.New(), time.GetUtcNow());
        database.Write(to =>
        {
            SiteTable.Admit(to, site, now);
            TokenTable.Add(to, Secret.HashOf(token)!, site, now, now + validity);
        });
        return $"{token}.{authority.Fingerprint}";
    }

    /// <summary>Changes a token for a certificate. Earlier certificates of the site hold no longer: a site is one machine.</summary>
    /// <param name="token">The part of the token before the dot.</param>
    /// <param name="request">A certificate request (PKCS#10) in PEM. A bad one leaves the token as it is.</param>
    /// <exception cref="InputException">The request is not accepted.</exception>
    /// <exception cref="DeniedException">The token is unknown, used or expired: which of them is not said.</exception>
    public IssuedCertificate Enrol(string? token, string? request)
    {
        var key = SigningRequest.KeyOf(request);
        var (hash, now) = (Secret.HashOf(token), time.GetUtcNow());
        return database.Write(to =>
        {
            var site = hash is null ? null : TokenTable.Usable(to, hash, now);
            if (site is null)
            {
                throw new DeniedException("the enrolment token is unknown, was used or has expired; ask the owner of the run for a new one");
            }

            TokenTable.Use(to, hash!, now);
            CertificateTable.RevokeOf(to, site, "enrolled anew", now);
            return signer.Issue(to, site, key);
        });
    }

    /// <summary>Gives a site its next certificate. The one that it asks with holds on, others of the site do not.</summary>
    /// <param name="client">Who asks, as found in its present certificate.</param>
    /// <param name="request">A certificate request (PKCS#10) in PEM, for a key old or new.</param>
    /// <exception cref="InputException">The request is not accepted.</exception>
    /// <exception cref="DeniedException">The present certificate was revoked meanwhile.</exception>
    public IssuedCertificate Renew(ClientIdentity client, string? request)
    {
        var key = SigningRequest.KeyOf(request);
        var now = time.GetUtcNow();
        return database.Write(to =>
        {
            if (CertificateTable.Find(to, client.Serial) is not { Revoked: null })
            {
                throw new DeniedException(ClientCheck.RevokedMessage);
            }

            CertificateTable.RevokeOf(to, client.Site, "renewed", now, but: client.Serial);
            return signer.Issue(to, client.Site, key);
        });
    }
}
