using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.Coordinator.Authority;

/// <summary>What a certificate may be used for (RFC 5280, extended key usage).</summary>
internal sealed class CertificateUse
{
    private CertificateUse(string oid) => Oid = new Oid(oid);

    /// <summary>To be a coordinator.</summary>
    public static CertificateUse Server { get; } = new("1.3.6.1.5.5.7.3.1");

    /// <summary>To be a site.</summary>
    public static CertificateUse Client { get; } = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Its number.</summary>
    public Oid Oid { get; }

    /// <summary>Limits a certificate to be made to this use.</summary>
    public void AddTo(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([Oid], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }
}
