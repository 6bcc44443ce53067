namespace Tributary.Coordinator.Store;

/// <summary>What is known of a client certificate.</summary>
/// <param name="Serial">Its serial number in hexadecimal.</param>
/// <param name="Site">Whose it is.</param>
/// <param name="Issued">When it was made.</param>
/// <param name="Expires">Until when it holds.</param>
/// <param name="Revoked">Since when it does not hold; null when it does.</param>
/// <param name="Reason">Why it was revoked.</param>
public sealed record CertificateRecord(string Serial, string Site, DateTimeOffset Issued, DateTimeOffset Expires, DateTimeOffset? Revoked = null, string? Reason = null);
