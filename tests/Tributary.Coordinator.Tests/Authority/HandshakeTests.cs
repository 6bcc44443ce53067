using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;

namespace Tributary.Coordinator.Tests.Authority;

/// <summary>Real TLS over a real socket with the certificates that the authority makes.</summary>
public sealed class HandshakeTests : IDisposable
{
    private readonly AuthorityFixture fixture = new(TimeProvider.System);

    [Fact]
    public async Task A_site_and_the_coordinator_know_each_other()
    {
        using var site = fixture.EnrolWithKey("north");
        var (coordinator, north) = await Meet(site, fixture);
        (await coordinator).ShouldBe("north");
        (await north).ShouldBe(1);
    }

    [Fact]
    public async Task A_site_with_a_strong_rsa_key_is_known_as_well()
    {
        using var certificate = X509Certificate2.CreateFromPem(fixture.Enrol("north", AuthorityFixture.Request(AuthorityFixture.StrongRsa)).Pem);
        using var site = certificate.CopyWithPrivateKey(AuthorityFixture.StrongRsa);
        var (coordinator, north) = await Meet(site, fixture);
        (await coordinator).ShouldBe("north");
        (await north).ShouldBe(1);
    }

    [Fact]
    public async Task A_site_of_another_authority_is_turned_away()
    {
        using var other = new AuthorityFixture(TimeProvider.System);
        using var site = other.EnrolWithKey("north");
        await TurnedAway(site);
    }

    [Fact]
    public async Task A_revoked_site_is_turned_away()
    {
        using var site = fixture.EnrolWithKey("north");
        fixture.Revocation.RevokeSite("north", "withdrew");
        await TurnedAway(site);
    }

    [Fact]
    public async Task Without_a_certificate_nobody_comes_in() => await TurnedAway(null);

    [Fact]
    public async Task A_site_turns_away_from_a_coordinator_of_another_authority()
    {
        using var other = new AuthorityFixture(TimeProvider.System);
        using var site = fixture.EnrolWithKey("north");
        var (_, north) = await Meet(site, trusted: other);
        (await Should.ThrowAsync<AuthenticationException>(north)).Message.ShouldContain("remote certificate");
    }

    public void Dispose() => fixture.Dispose();

    private async Task TurnedAway(X509Certificate2? site)
    {
        var (coordinator, answered) = await Meet(site, fixture);
        await Should.ThrowAsync<AuthenticationException>(coordinator);
        (answered.IsFaulted ? -1 : await answered).ShouldBe(-1); // a connection that ends, or one that breaks
    }

    /// <summary>One handshake and one byte back: how it ended for the coordinator, with the site's name, and for the site. What breaks one side breaks the other in its own way.</summary>
    private async Task<(Task<string> Coordinator, Task<int> Site)> Meet(X509Certificate2? site, AuthorityFixture trusted)
    {
        using var server = new ServerCertificate(fixture.Authority, ["localhost"], fixture.Time);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Serve(listener, server.Current);
        var asking = Ask((IPEndPoint)listener.LocalEndpoint, site, trusted.Authority.Certificate);
        await ((Task)Task.WhenAll(serving, asking)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (serving, asking);
    }

    private async Task<string> Serve(TcpListener listener, X509Certificate2 shown)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var stream = new SslStream(client.GetStream());
        var found = "";
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = shown,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                try
                {
                    found = fixture.Check.Require(certificate as X509Certificate2).Site;
                    return true;
                }
                catch (DeniedException)
                {
                    return false;
                }
            },
        });
        stream.WriteByte(1);
        await stream.FlushAsync();
        return found;
    }

    private static async Task<int> Ask(IPEndPoint place, X509Certificate2? site, X509Certificate2 authority)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(place);
        using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificateContext = site is null ? null : SslStreamCertificateContext.Create(site, additionalCertificates: null, offline: true),
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
        });
        return stream.ReadByte();
    }
}
