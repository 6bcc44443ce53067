using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;
using Tributary.Coordinator.Store;

namespace Tributary.Coordinator.Tests.Authority;

/// <summary>An authority with its database in a folder, and what a site does towards it.</summary>
internal sealed class AuthorityFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public AuthorityFixture(TimeProvider? time = null)
    {
        Time = time ?? Manual;
        Authority = CertificateAuthority.Open(AuthorityPath, Time);
        Database = Database.Open(folder.PathOf("coordinator.db"));
    }

    public ManualTime Manual { get; } = new();

    public TimeProvider Time { get; }

    public string AuthorityPath => folder.PathOf("authority.pem");

    public CertificateAuthority Authority { get; private set; }

    public Database Database { get; private set; }

    public Enrolment Enrolment => new(Authority, Database, Time);

    public Revocation Revocation => new(Database, Time);

    public ClientCheck Check => new(Authority, Database, Time);

    /// <summary>An RSA key of 3072 bits: the slowest to make, so one is enough.</summary>
    public static RSA StrongRsa { get; } = RSA.Create(3072);

    /// <summary>A request for a key, signed by it or by another one.</summary>
    public static string Request(ECDsa key, ECDsa? signer = null, string subject = "CN=whoever") =>
        new CertificateRequest(new X500DistinguishedName(subject), new PublicKey(key), HashAlgorithmName.SHA256)
            .CreateSigningRequestPem(X509SignatureGenerator.CreateForECDsa(signer ?? key));

    public static string Request(RSA key) => new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem();

    public static string NewRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(key);
    }

    /// <summary>The token of a new invitation, without the fingerprint.</summary>
    public string Invite(string site, TimeSpan? validity = null) => Enrolment.Invite(site, validity ?? TimeSpan.FromHours(1)).Split('.')[0];

    public IssuedCertificate Enrol(string site, string? request = null) => Enrolment.Enrol(Invite(site), request ?? NewRequest());

    /// <summary>A new site's certificate with its key.</summary>
    public X509Certificate2 EnrolWithKey(string site)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = X509Certificate2.CreateFromPem(Enrol(site, Request(key)).Pem);
        return certificate.CopyWithPrivateKey(key);
    }

    public ClientIdentity Identify(IssuedCertificate issued)
    {
        using var certificate = X509Certificate2.CreateFromPem(issued.Pem);
        return Check.Require(certificate);
    }

    /// <summary>The process ends and another one begins.</summary>
    public void Restart()
    {
        Authority.Dispose();
        Database.Dispose();
        Authority = CertificateAuthority.Open(AuthorityPath, Time);
        Database = Database.Open(folder.PathOf("coordinator.db"));
    }

    public void Dispose()
    {
        Authority.Dispose();
        Database.Dispose();
        folder.Dispose();
    }
}
