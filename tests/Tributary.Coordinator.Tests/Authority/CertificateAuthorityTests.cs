using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Authority;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly AuthorityFixture fixture = new();

    [Fact]
    public void After_a_restart_it_is_the_same()
    {
        var before = fixture.Authority.Fingerprint;
        fixture.Restart();
        fixture.Authority.Fingerprint.ShouldBe(before);
        before.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(fixture.Authority.Certificate.RawData)));
    }

    [Fact]
    public void Two_are_never_the_same()
    {
        using var other = new AuthorityFixture();
        other.Authority.Fingerprint.ShouldNotBe(fixture.Authority.Fingerprint);
    }

    [Fact]
    public void Its_certificate_signs_certificates_and_holds_no_private_key()
    {
        var certificate = fixture.Authority.Certificate;
        certificate.HasPrivateKey.ShouldBeFalse();
        var limits = certificate.Extensions.OfType<X509BasicConstraintsExtension>().ShouldHaveSingleItem();
        (limits.CertificateAuthority, limits.HasPathLengthConstraint, limits.PathLengthConstraint).ShouldBe((true, true, 0));
    }

    [Fact]
    public void Its_file_can_be_used_by_its_owner_alone()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(fixture.AuthorityPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(fixture.AuthorityPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            Should.Throw<InputException>(fixture.Restart).Message.ShouldContain("chmod 600");
        }
    }

    [Fact]
    public void What_a_killed_process_left_half_written_does_no_harm()
    {
        File.Delete(fixture.AuthorityPath);
        File.WriteAllText(fixture.AuthorityPath + ".partial", "-----BEGIN");
        fixture.Restart();
        File.Exists(fixture.AuthorityPath + ".partial").ShouldBeFalse();
        fixture.Identify(fixture.Enrol("north")).Site.ShouldBe("north");
    }

    public static TheoryData<string> Damages => ["", "x", "no certificate", "no key", "another key"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_is_refused(string damage)
    {
        var pem = File.ReadAllText(fixture.AuthorityPath);
        var key = pem.IndexOf("-----BEGIN PRIVATE KEY", StringComparison.Ordinal);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SecretFile.Write(fixture.AuthorityPath, damage switch
        {
            "no certificate" => pem[key..],
            "no key" => pem[..key],
            "another key" => pem[..key] + other.ExportPkcs8PrivateKeyPem(),
            _ => damage,
        });
        Should.Throw<InputException>(fixture.Restart).Message.ShouldContain(fixture.AuthorityPath);
    }

    [Fact]
    public void After_ten_years_it_says_that_it_has_expired()
    {
        fixture.Manual.Now += TimeSpan.FromDays(3651);
        Should.Throw<InputException>(fixture.Restart).Message.ShouldContain("expired");
    }

    public void Dispose() => fixture.Dispose();
}
