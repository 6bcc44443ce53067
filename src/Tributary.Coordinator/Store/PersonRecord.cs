namespace Tributary.Coordinator.Store;

/// <summary>What is known of a person.</summary>
/// <param name="Name">The person's name.</param>
/// <param name="Role">What the person may do.</param>
/// <param name="Hash">SHA-256 of the bearer token.</param>
/// <param name="Created">Since when.</param>
/// <param name="Revoked">Since when the token does not count; null when it does.</param>
internal sealed record PersonRecord(string Name, string Role, byte[] Hash, DateTimeOffset Created, DateTimeOffset? Revoked);
