using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;
using Tributary.Coordinator.Store;
using Tributary.Coordinator.Tests.Store;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Authority;

public sealed class EnrolmentTests : IDisposable
{
    private readonly AuthorityFixture fixture = new();

    [Fact]
    public void A_token_names_the_authority_that_the_site_will_meet()
    {
        var parts = fixture.Enrolment.Invite("north", TimeSpan.FromHours(1)).Split('.');
        parts.Length.ShouldBe(2);
        parts[0].Length.ShouldBe(43);
        parts[1].ShouldBe(fixture.Authority.Fingerprint);
    }

    [Fact]
    public void A_token_is_changed_for_a_certificate_of_its_site_whatever_the_request_names()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = fixture.Enrol("north", AuthorityFixture.Request(key, subject: "CN=south,O=Other"));
        using var certificate = X509Certificate2.CreateFromPem(issued.Pem);
        issued.Site.ShouldBe("north");
        certificate.Subject.ShouldBe("CN=north");
        certificate.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        issued.Expires.ShouldBe(fixture.Manual.Now.AddDays(90));
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ShouldHaveSingleItem().EnhancedKeyUsages.Cast<Oid>().ShouldHaveSingleItem().Value.ShouldBe("1.3.6.1.5.5.7.3.2");
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().ShouldHaveSingleItem().CertificateAuthority.ShouldBeFalse();
    }

    [Fact]
    public void What_a_request_asks_for_beside_its_key_is_not_given()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var greedy = new CertificateRequest("CN=north", key, HashAlgorithmName.SHA256);
        greedy.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        greedy.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var certificate = X509Certificate2.CreateFromPem(fixture.Enrol("north", greedy.CreateSigningRequestPem()).Pem);
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().ShouldHaveSingleItem().CertificateAuthority.ShouldBeFalse();
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ShouldHaveSingleItem().EnhancedKeyUsages.Cast<Oid>().ShouldHaveSingleItem().Value.ShouldBe("1.3.6.1.5.5.7.3.2");
    }

    [Fact]
    public void A_token_works_once_also_across_a_restart()
    {
        var token = fixture.Invite("north");
        fixture.Restart();
        fixture.Enrolment.Enrol(token, AuthorityFixture.NewRequest());
        Denied(token);
        fixture.Restart();
        Denied(token);
    }

    [Fact]
    public void A_token_works_until_it_expires()
    {
        var (early, late) = (fixture.Invite("north", TimeSpan.FromMinutes(10)), fixture.Invite("south", TimeSpan.FromMinutes(10)));
        fixture.Manual.Now += TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1);
        fixture.Enrolment.Enrol(early, AuthorityFixture.NewRequest()).Site.ShouldBe("north");
        fixture.Manual.Now += TimeSpan.FromSeconds(1);
        Denied(late);
    }

    [Fact]
    public void Used_by_many_at_once_a_token_gives_one_certificate()
    {
        var token = fixture.Invite("north");
        var requests = Enumerable.Range(0, 16).Select(_ => AuthorityFixture.NewRequest()).ToArray();
        var made = requests.AsParallel().WithDegreeOfParallelism(16).Select(request =>
        {
            try
            {
                return fixture.Enrolment.Enrol(token, request);
            }
            catch (DeniedException)
            {
                return null;
            }
        }).ToArray();

        var one = made.Where(issued => issued is not null).ShouldHaveSingleItem();
        fixture.Database.Read(from => CertificateTable.Of(from, "north")).ShouldHaveSingleItem().Serial.ShouldBe(one!.Serial);
    }

    public static TheoryData<string?> StrangeTokens => [null, "", ".", new string('A', 43), new string('A', 42), new string('é', 43), new string('A', 100_000), "'; DROP TABLE tokens; --"];

    [Theory]
    [MemberData(nameof(StrangeTokens))]
    public void A_token_that_was_never_made_is_denied(string? token) => Denied(token);

    [Fact]
    public void The_database_holds_no_token()
    {
        var token = fixture.Invite("north");
        var hash = fixture.Database.Read(from => from.All($"SELECT hash FROM tokens", row => row.Bytes(0))).ShouldHaveSingleItem();
        hash.ShouldBe(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)));
    }

    [Theory]
    [MemberData(nameof(PlainNameTests.Hostile), MemberType = typeof(PlainNameTests))]
    public void A_site_of_a_hostile_name_is_not_invited(string? site)
    {
        Should.Throw<InputException>(() => fixture.Enrolment.Invite(site!, TimeSpan.FromHours(1)));
        fixture.Database.Read(SiteTable.All).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(31)]
    public void An_invitation_for_no_time_or_for_ever_is_refused(int days) => Should.Throw<InputException>(() => fixture.Enrolment.Invite("north", TimeSpan.FromDays(days)));

    [Fact]
    public void A_site_that_enrols_anew_leaves_its_old_certificate_behind()
    {
        var old = fixture.Enrol("north");
        var other = fixture.Enrol("south");
        var next = fixture.Enrol("north");
        Should.Throw<DeniedException>(() => fixture.Identify(old));
        fixture.Identify(next).Site.ShouldBe("north");
        fixture.Identify(other).Site.ShouldBe("south");
    }

    public void Dispose() => fixture.Dispose();

    private void Denied(string? token) =>
        Should.Throw<DeniedException>(() => fixture.Enrolment.Enrol(token, AuthorityFixture.NewRequest())).Message.ShouldStartWith("the enrolment token is unknown, was used or has expired");
}
