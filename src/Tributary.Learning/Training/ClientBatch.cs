using Tributary.Learning.Models;

namespace Tributary.Learning.Training;

/// <summary>A client's batch in a <see cref="JointLearner"/>'s step, and what became of it.</summary>
/// <param name="client">Which of the learners is the client's.</param>
public sealed class ClientBatch(int client)
{
    /// <summary>Which of the learners is the client's.</summary>
    public int Client { get; } = client;

    /// <summary>The batch.</summary>
    public TokenRows Rows { get; set; } = new();

    /// <summary>What the gradient is times.</summary>
    public float Scale { get; set; } = 1;

    /// <summary>The mean loss, unscaled, once the step is done.</summary>
    public double Loss { get; internal set; }
}
