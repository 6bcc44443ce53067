using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Authority;

public sealed class SigningRequestTests : IDisposable
{
    private readonly AuthorityFixture fixture = new();

    [Fact]
    public void A_strong_rsa_key_is_accepted() =>
        fixture.Identify(fixture.Enrol("north", AuthorityFixture.Request(AuthorityFixture.StrongRsa))).Site.ShouldBe("north");

    [Fact]
    public void A_short_rsa_key_is_refused()
    {
        using var key = RSA.Create(2048);
        Refused(AuthorityFixture.Request(key)).ShouldContain("not accepted");
    }

    public static TheoryData<string> Curves => ["nistP384", "nistP521", "secP256k1"];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Another_curve_is_refused(string name)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
        Refused(AuthorityFixture.Request(key)).ShouldContain("not accepted");
    }

    [Fact]
    public void A_request_signed_by_another_key_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Refused(AuthorityFixture.Request(key, signer: other)).ShouldContain("signed by its own key");
    }

    [Fact]
    public void A_request_changed_in_any_byte_is_refused_and_the_token_still_good()
    {
        var token = fixture.Invite("north");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = AuthorityFixture.Request(key);
        var bytes = Convert.FromBase64String(string.Concat(request.Split('\n')[1..^1]));
        for (var place = 0; place < bytes.Length; place++)
        {
            var changed = (byte[])bytes.Clone();
            changed[place] ^= 0x01;
            var pem = PemEncoding.WriteString("CERTIFICATE REQUEST", changed);
            Should.Throw<InputException>(() => fixture.Enrolment.Enrol(token, pem), $"byte {place}");
        }

        fixture.Enrolment.Enrol(token, request).Site.ShouldBe("north");
    }

    public static TheoryData<string?> Strange => [null, "", "x", new string('x', 100_000), "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"];

    [Theory]
    [MemberData(nameof(Strange))]
    public void What_is_no_request_is_refused(string? pem) => Refused(pem);

    [Fact]
    public void A_certificate_is_no_request() => Refused(fixture.Authority.Certificate.ExportCertificatePem());

    public void Dispose() => fixture.Dispose();

    private static string Refused(string? pem) => Should.Throw<InputException>(() => SigningRequest.KeyOf(pem)).Message;
}
