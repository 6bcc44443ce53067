using Tributary.Federation.Wire;

namespace Tributary.Coordinator.Authority;

/// <summary>Signs what sites are asked to do, so that a site does only what its authority wants, whoever brings it the order.</summary>
public sealed class OrderSigner(CertificateAuthority authority)
{
    /// <summary>The signature of <see cref="Signatures.OfOrder"/>: 64 bytes (ECDSA over SHA-256, r and s side by side) as base64.</summary>
    /// <param name="order">The order as JSON, just as it is sent.</param>
    /// <param name="body">What goes with it.</param>
    public string Sign(string order, BodyReference body) => Convert.ToBase64String(authority.SignData(Signatures.OfOrder(order, body)));
}
