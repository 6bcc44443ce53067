namespace Tributary.Coordinator.Authority;

/// <summary>A certificate made for a site.</summary>
/// <param name="Site">Whose it is.</param>
/// <param name="Serial">Its serial number in hexadecimal.</param>
/// <param name="Pem">The certificate.</param>
/// <param name="Expires">Until when it holds.</param>
public sealed record IssuedCertificate(string Site, string Serial, string Pem, DateTimeOffset Expires);
