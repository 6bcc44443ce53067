using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Numerics;

namespace Tributary.Coordinator.Authority;

/// <summary>The coordinator's own certificate authority: an ECDSA P-256 key and its self-signed certificate, made at the first start and kept in one file, with which all others are signed.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);
    private readonly ECDsa key;
    private readonly Lock signing = new();

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key) => (Certificate, this.key) = (certificate, key);

    /// <summary>The certificate, which everybody may have; it holds no private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the certificate in 64 hexadecimal digits. An enrolment token carries it, so that a site knows the authority at their first meeting.</summary>
    public string Fingerprint => Certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    /// <summary>Takes up the authority of a file, or makes one and keeps it there.</summary>
    /// <param name="path">The file, with the certificate and the private key as PEM; its owner alone may read it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InputException">The file is damaged, others may read it, or the certificate has expired.</exception>
    /// <exception cref="RunException">It cannot be written.</exception>
    public static CertificateAuthority Open(string path, TimeProvider time)
    {
        if (!File.Exists(path))
        {
            SecretFile.Write(path, New(time.GetUtcNow()));
        }

        var authority = Read(path, SecretFile.Read(path));
        if (authority.Certificate.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime)
        {
            return authority;
        }

        authority.Dispose();
        throw new InputException($"the authority in {path} has expired; move the file away and enrol all sites anew");
    }

    /// <summary>Signs a certificate.</summary>
    /// <param name="request">What it says; the authority adds who signed.</param>
    /// <param name="from">From when it holds, cut to the authority's own time.</param>
    /// <param name="to">Until when, likewise.</param>
    public X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset to)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40); // positive, and always of the same length
        var (begin, end) = (new DateTimeOffset(Certificate.NotBefore), new DateTimeOffset(Certificate.NotAfter));
        lock (signing)
        {
            return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from < begin ? begin : from, to > end ? end : to, serial);
        }
    }

    /// <summary>Signs bytes with the authority's key: ECDSA over SHA-256, r and s side by side (IEEE P1363), 64 bytes.</summary>
    public byte[] SignData(ReadOnlySpan<byte> data)
    {
        lock (signing)
        {
            return key.SignData(data, HashAlgorithmName.SHA256);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }

    private static string New(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Tributary authority {RandomNumberGenerator.GetHexString(8, lowercase: true)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - Validities.Skew, now + Validity);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static CertificateAuthority Read(string path, string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            var certificate = X509Certificate2.CreateFromPem(pem);
            using var issued = certificate.GetECDsaPublicKey();
            return issued is not null && issued.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
                ? new CertificateAuthority(certificate, key)
                : throw new CryptographicException("the key is not that of the certificate");
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new InputException($"{path} does not hold an authority ({error.Message.ReplaceLineEndings(" ").TrimEnd('.')}); restore it from a copy", error);
        }
    }
}
