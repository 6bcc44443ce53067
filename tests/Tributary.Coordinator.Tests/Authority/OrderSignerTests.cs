using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Coordinator.Authority;
using Tributary.Federation.Wire;

namespace Tributary.Coordinator.Tests.Authority;

public sealed class OrderSignerTests : IDisposable
{
    private static readonly BodyReference Body = new("/v1/body", 12, new string('0', 64));
    private readonly AuthorityFixture fixture = new();

    [Fact]
    public void The_authoritys_certificate_checks_the_signature_of_an_order_and_its_body()
    {
        var signature = new OrderSigner(fixture.Authority).Sign("{}", Body);
        fixture.Restart();
        Holds(fixture, "{}", Body, signature).ShouldBeTrue();
        Holds(fixture, "{ }", Body, signature).ShouldBeFalse();
        Holds(fixture, "{}", Body with { Sha256 = new string('1', 64) }, signature).ShouldBeFalse();
        using var other = new AuthorityFixture();
        Holds(other, "{}", Body, signature).ShouldBeFalse();
    }

    [Fact]
    public void Many_at_once_are_all_signed_well()
    {
        var signer = new OrderSigner(fixture.Authority);
        Enumerable.Range(0, 200).AsParallel().Select(order => (Order: $"{order}", Signature: signer.Sign($"{order}", Body)))
            .ShouldAllBe(signed => Holds(fixture, signed.Order, Body, signed.Signature));
    }

    public void Dispose() => fixture.Dispose();

    private static bool Holds(AuthorityFixture fixture, string order, BodyReference body, string signature)
    {
        using var key = fixture.Authority.Certificate.GetECDsaPublicKey()!;
        return key.VerifyData(Signatures.OfOrder(order, body), Convert.FromBase64String(signature), HashAlgorithmName.SHA256);
    }
}
