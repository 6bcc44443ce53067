namespace Tributary.Coordinator.Store;

/// <summary>A site takes part in a run.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Site">Which site.</param>
/// <param name="Base">Hash of the base weights that it has.</param>
/// <param name="Tokenizer">Hash of its tokenizer.</param>
/// <param name="Protocol">The protocol version that it speaks.</param>
/// <param name="Joined">Since when.</param>
/// <param name="Withdrawn">When it was taken out; null while it takes part.</param>
public sealed record Membership(string Run, string Site, string Base, string Tokenizer, int Protocol, DateTimeOffset Joined, DateTimeOffset? Withdrawn = null);
