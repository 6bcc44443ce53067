using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Numerics;

namespace Tributary.Coordinator.Authority;

/// <summary>Reads certificate requests (PKCS#10) from outside. Only the key is taken from them: what they ask for beside it is not looked at.</summary>
internal static class SigningRequest
{
    private const int LongestPem = 16 * 1024;
    private const int LeastRsaBits = 3072;
    private const int MostRsaBits = 8192;
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string Accepted = "an ECDSA key on P-256, or an RSA key of 3072 to 8192 bits with the exponent 65537";
    private static readonly byte[] Exponent = [1, 0, 1];

    /// <summary>The public key of a request whose sender has proved to hold the private one.</summary>
    /// <param name="pem">The request.</param>
    /// <exception cref="InputException">It is no request, its signature is not by its own key, or the key is too weak.</exception>
    public static PublicKey KeyOf(string? pem)
    {
        if (pem is not { Length: > 0 and <= LongestPem })
        {
            throw new InputException($"a certificate request is a PEM text of at most {LongestPem} characters");
        }

        try
        {
            var key = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1).PublicKey;
            return IsP256(key) || IsStrongRsa(key) ? key : throw new InputException($"the key of the certificate request is not accepted; make {Accepted}");
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new InputException("this is not a certificate request (PKCS#10 in PEM) signed by its own key", error);
        }
    }

    private static bool IsP256(PublicKey key)
    {
        using var curve = key.GetECDsaPublicKey();
        return curve?.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 };
    }

    private static bool IsStrongRsa(PublicKey key)
    {
        using var rsa = key.GetRSAPublicKey();
        return rsa is { KeySize: >= LeastRsaBits and <= MostRsaBits } && rsa.ExportParameters(includePrivateParameters: false).Exponent.AsSpan().SequenceEqual(Exponent);
    }
}
