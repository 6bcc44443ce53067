using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;
using Tributary.Coordinator.Store;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Authority;

public sealed class ClientCheckTests : IDisposable
{
    private readonly AuthorityFixture fixture = new();

    [Fact]
    public void A_certificate_stands_for_its_site_until_it_expires()
    {
        var issued = fixture.Enrol("north");
        fixture.Manual.Now += TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1);
        fixture.Identify(issued).ShouldBe(new ClientIdentity("north", issued.Serial, issued.Expires));
        fixture.Manual.Now += TimeSpan.FromSeconds(1);
        Denied(issued).ShouldContain("expired");
    }

    [Fact]
    public void Without_a_certificate_nobody_is_known() => Should.Throw<DeniedException>(() => fixture.Check.Require(null)).Message.ShouldContain("enrol first");

    [Fact]
    public void A_revoked_certificate_is_denied_also_after_a_restart()
    {
        var issued = fixture.Enrol("north");
        fixture.Identify(issued);
        fixture.Revocation.RevokeCertificate(issued.Serial.ToLowerInvariant(), "the disk was stolen").ShouldBeTrue();
        Denied(issued).ShouldContain("revoked");
        fixture.Restart();
        Denied(issued).ShouldContain("revoked");
        fixture.Revocation.RevokeCertificate(issued.Serial, "again").ShouldBeFalse();
        fixture.Database.Read(from => CertificateTable.Find(from, issued.Serial))!.Reason.ShouldBe("the disk was stolen");
    }

    [Fact]
    public void A_revoked_site_has_neither_certificates_nor_tokens_and_others_keep_theirs()
    {
        var first = fixture.Enrol("north");
        var second = fixture.Enrolment.Renew(fixture.Identify(first), AuthorityFixture.NewRequest());
        var token = fixture.Invite("north");
        var other = fixture.Enrol("south");

        fixture.Revocation.RevokeSite("north", "withdrew").ShouldBeTrue();
        fixture.Restart();

        Denied(first).ShouldContain("revoked");
        Denied(second).ShouldContain("revoked");
        Should.Throw<DeniedException>(() => fixture.Enrolment.Enrol(token, AuthorityFixture.NewRequest()));
        fixture.Identify(other).Site.ShouldBe("south");
        fixture.Database.Read(from => SiteTable.Find(from, "north"))!.Revoked.ShouldBe(fixture.Manual.Now);
        fixture.Revocation.RevokeSite("nobody", "").ShouldBeFalse();
    }

    [Fact]
    public void A_revoked_site_comes_back_by_a_new_invitation_alone()
    {
        var old = fixture.Enrol("north");
        fixture.Revocation.RevokeSite("north", "withdrew");
        Should.Throw<DeniedException>(() => fixture.Enrolment.Renew(new ClientIdentity("north", old.Serial, old.Expires), AuthorityFixture.NewRequest()));
        fixture.Identify(fixture.Enrol("north")).Site.ShouldBe("north");
        Denied(old).ShouldContain("revoked");
    }

    [Fact]
    public void Rotation_keeps_the_site_and_at_most_two_certificates()
    {
        var issued = new List<IssuedCertificate> { fixture.Enrol("north") };
        for (var rotation = 0; rotation < 4; rotation++)
        {
            fixture.Manual.Now += TimeSpan.FromDays(60);
            issued.Add(fixture.Enrolment.Renew(fixture.Identify(issued[^1]), AuthorityFixture.NewRequest()));
            fixture.Identify(issued[^1]).Site.ShouldBe("north");
            fixture.Identify(issued[^2]).Site.ShouldBe("north");
        }

        fixture.Enrolment.Renew(fixture.Identify(issued[^1]), AuthorityFixture.NewRequest());
        Denied(issued[^2]).ShouldContain("revoked");
        issued.Select(certificate => certificate.Serial).Distinct().Count().ShouldBe(issued.Count);
    }

    [Fact]
    public void A_bad_request_for_rotation_leaves_the_present_certificate_alone()
    {
        var issued = fixture.Enrol("north");
        Should.Throw<InputException>(() => fixture.Enrolment.Renew(fixture.Identify(issued), "nonsense"));
        fixture.Identify(issued).Site.ShouldBe("north");
    }

    [Fact]
    public void A_certificate_of_another_authority_is_denied()
    {
        using var other = new AuthorityFixture();
        Denied(other.Enrol("north")).ShouldContain("not one of this coordinator's");
    }

    [Fact]
    public void A_certificate_that_copies_the_names_and_number_of_a_good_one_is_denied()
    {
        using var good = X509Certificate2.CreateFromPem(fixture.Enrol("north").Pem);
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(good.SubjectName, forger, HashAlgorithmName.SHA256);
        foreach (var extension in good.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using var forged = request.Create(good.IssuerName, X509SignatureGenerator.CreateForECDsa(forger), good.NotBefore, good.NotAfter, good.SerialNumberBytes.Span);
        Should.Throw<DeniedException>(() => fixture.Check.Require(forged)).Message.ShouldContain("not one of this coordinator's");
    }

    [Fact]
    public void A_certificate_signed_by_that_of_a_site_is_denied()
    {
        using var site = fixture.EnrolWithKey("north");
        using var issuer = site.GetECDsaPrivateKey()!;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=south", key, HashAlgorithmName.SHA256);
        CertificateUse.Client.AddTo(request);
        using var child = request.Create(site.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer), site.NotBefore, site.NotAfter, [1, 2, 3]);
        Should.Throw<DeniedException>(() => fixture.Check.Require(child));
    }

    [Fact]
    public void Neither_the_coordinators_own_certificate_nor_the_authoritys_is_a_clients()
    {
        using var server = new ServerCertificate(fixture.Authority, ["localhost"], fixture.Time);
        Should.Throw<DeniedException>(() => fixture.Check.Require(server.Current));
        Should.Throw<DeniedException>(() => fixture.Check.Require(fixture.Authority.Certificate));
    }

    [Fact]
    public void A_certificate_that_the_database_does_not_know_is_denied()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=north", key, HashAlgorithmName.SHA256);
        CertificateUse.Client.AddTo(request);
        using var unknown = fixture.Authority.Sign(request, fixture.Manual.Now, fixture.Manual.Now.AddDays(1));
        Should.Throw<DeniedException>(() => fixture.Check.Require(unknown)).Message.ShouldContain("not known here");
    }

    public void Dispose() => fixture.Dispose();

    private string Denied(IssuedCertificate issued) => Should.Throw<DeniedException>(() => fixture.Identify(issued)).Message;
}
