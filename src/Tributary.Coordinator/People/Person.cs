namespace Tributary.Coordinator.People;

/// <summary>Somebody with a bearer token.</summary>
/// <param name="Name">The person's name.</param>
/// <param name="Role">What the person may do.</param>
/// <param name="Created">Since when.</param>
/// <param name="Revoked">Since when the token does not count; null when it does.</param>
public sealed record Person(string Name, Role Role, DateTimeOffset Created, DateTimeOffset? Revoked);
