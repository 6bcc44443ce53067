using Tributary.Federation.Messages;

namespace Tributary.Federation.Ledger;

/// <summary>What travelled between the server and one client in one exchange.</summary>
/// <param name="Client">The client.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Up">From client to server; zero when no answer was taken.</param>
/// <param name="Down">From server to client.</param>
public sealed record Traffic(string Client, string Exchange, MessageLength Up, MessageLength Down);
