namespace Tributary.Coordinator.Authority;

/// <summary>Who asks may not do what it asks for; the message is one line that can be told.</summary>
public sealed class DeniedException(string message) : Exception(message);
