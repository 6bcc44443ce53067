using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Authority;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly AuthorityFixture fixture = new();

    [Fact]
    public void It_is_for_the_names_and_addresses_given()
    {
        using var server = new ServerCertificate(fixture.Authority, ["fl.example.org", "10.0.0.7", "::1"], fixture.Time);
        var certificate = server.Current;
        foreach (var host in new[] { "fl.example.org", "10.0.0.7", "::1" })
        {
            certificate.MatchesHostname(host).ShouldBeTrue(host);
        }

        certificate.MatchesHostname("example.org").ShouldBeFalse();
        certificate.HasPrivateKey.ShouldBeTrue();
    }

    [Fact]
    public void It_is_renewed_before_it_expires()
    {
        using var server = new ServerCertificate(fixture.Authority, ["localhost"], fixture.Time);
        var first = server.Current;
        fixture.Manual.Now += TimeSpan.FromDays(59);
        server.Current.ShouldBeSameAs(first);
        fixture.Manual.Now += TimeSpan.FromDays(2);
        server.Current.SerialNumber.ShouldNotBe(first.SerialNumber);
        server.Current.NotAfter.ToUniversalTime().ShouldBe(fixture.Manual.Now.AddDays(90).UtcDateTime);
    }

    [Fact]
    public void It_never_outlives_the_authority()
    {
        fixture.Manual.Now = new DateTimeOffset(fixture.Authority.Certificate.NotAfter).AddDays(-10);
        using var server = new ServerCertificate(fixture.Authority, ["localhost"], fixture.Time);
        server.Current.NotAfter.ShouldBe(fixture.Authority.Certificate.NotAfter);
        fixture.Enrol("north").Expires.ShouldBe(new DateTimeOffset(fixture.Authority.Certificate.NotAfter));
    }

    public static TheoryData<string[]> Strange => [[], [""], ["two words"], ["https://example.org"], ["localhost", "*"], [new string('x', 300)]];

    [Theory]
    [MemberData(nameof(Strange))]
    public void What_is_no_host_is_refused(string[] hosts) => Should.Throw<InputException>(() => new ServerCertificate(fixture.Authority, hosts, fixture.Time));

    public void Dispose() => fixture.Dispose();
}
