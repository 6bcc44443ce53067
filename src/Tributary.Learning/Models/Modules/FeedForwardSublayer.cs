using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A block's feed-forward network with its junction.</summary>
internal interface IFeedForward
{
    /// <summary>The stream after the sub-layer, from what the network sees (the stream, or its norm), which stays the caller's; releases the stream.</summary>
    Var Forward(Pass pass, Var input, Var stream);
}

/// <summary>A feed-forward network of one inner layer.</summary>
internal sealed record FeedForwardSublayer(Linear Up, ActivationKind Activation, Linear Down, Junction Junction) : IFeedForward
{
    /// <inheritdoc/>
    public Var Forward(Pass pass, Var input, Var stream)
    {
        var up = Up.Forward(pass, input);
        var activated = pass.Tape.Activate(Activation, up);
        pass.Tape.Release(up);
        return Junction.Forward(pass, Down, activated, stream);
    }
}

/// <summary>A feed-forward network whose inner layer is gated: f(gate) ⊙ up (Shazeer 2020).</summary>
internal sealed record GatedFeedForwardSublayer(Linear Gate, Linear Up, ActivationKind Activation, Linear Down, Junction Junction) : IFeedForward
{
    /// <inheritdoc/>
    public Var Forward(Pass pass, Var input, Var stream)
    {
        var (gate, up) = (Gate.Forward(pass, input), Up.Forward(pass, input));
        var gated = pass.Tape.Gate(Activation, gate, up);
        pass.Tape.Release(gate);
        pass.Tape.Release(up);
        return Junction.Forward(pass, Down, gated, stream);
    }
}
