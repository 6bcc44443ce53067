using Tributary.Federation.Messages;

namespace Tributary.Federation.Rounds;

/// <summary>What a client's work left with a part of the model that is the server's.</summary>
/// <param name="Left">What is spooled with the client's answer.</param>
/// <param name="Asked">What was asked.</param>
public sealed record ServerVisit(MessageBody Left, Asked Asked);

/// <summary>What a client asked the server in its steps.</summary>
/// <param name="Visit">Which visit of the round it was, from 1.</param>
/// <param name="Up">Questions.</param>
/// <param name="Down">Answers.</param>
public sealed record Asked(int Visit, MessageLength Up, MessageLength Down)
{
    /// <summary>Under which name they are counted beside the exchanges.</summary>
    public const string Name = "ask";
}
