namespace Tributary.Coordinator.Authority;

/// <summary>A site, known by a certificate that holds.</summary>
/// <param name="Site">The site's name.</param>
/// <param name="Serial">Serial number of the certificate in hexadecimal.</param>
/// <param name="Expires">Until when the certificate holds.</param>
public sealed record ClientIdentity(string Site, string Serial, DateTimeOffset Expires);
