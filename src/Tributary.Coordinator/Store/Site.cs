namespace Tributary.Coordinator.Store;

/// <summary>An owner of data that may take part.</summary>
/// <param name="Name">Its name, which is also that of its client in every run.</param>
/// <param name="Created">When it was first invited.</param>
/// <param name="Revoked">Since when it may not take part; null when it may.</param>
public sealed record Site(string Name, DateTimeOffset Created, DateTimeOffset? Revoked);
