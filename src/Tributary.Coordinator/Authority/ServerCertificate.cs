using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Numerics;

namespace Tributary.Coordinator.Authority;

/// <summary>The certificate that the coordinator shows. Its key lives in memory alone: every start, and every sixty days, makes a new one, which the same authority vouches for.</summary>
public sealed class ServerCertificate : IDisposable
{
    private readonly CertificateAuthority authority;
    private readonly IReadOnlyList<string> hosts;
    private readonly TimeProvider time;
    private readonly Lock making = new();
    private readonly List<X509Certificate2> made = [];

    /// <summary>A certificate for these names.</summary>
    /// <param name="authority">Signs it.</param>
    /// <param name="hosts">Host names and addresses by which sites reach the coordinator.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InputException">There is none, or one is neither a host name nor an address.</exception>
    public ServerCertificate(CertificateAuthority authority, IReadOnlyList<string> hosts, TimeProvider time)
    {
        (this.authority, this.hosts, this.time) = (authority, hosts, time);
        if (hosts.Count == 0 || hosts.FirstOrDefault(host => Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)) is not null)
        {
            throw new InputException("the coordinator's certificate needs the host names or addresses by which sites reach it, such as fl.example.org or 10.0.0.7");
        }
    }

    /// <summary>The certificate with its key, to show in the next handshake. Earlier ones stay usable for handshakes under way.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (making)
            {
                if (made.Count == 0 || made[^1].NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime < Validities.Server / 3)
                {
                    made.Add(Make());
                }

                return made[^1];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => made.ForEach(certificate => certificate.Dispose());

    private X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tributary coordinator", key, HashAlgorithmName.SHA256);
        CertificateUse.Server.AddTo(request);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        using var certificate = authority.Sign(request, now - Validities.Skew, now + Validities.Server);
        using var both = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pfx), password: null); // Windows shows only keys that it has loaded itself
    }
}
