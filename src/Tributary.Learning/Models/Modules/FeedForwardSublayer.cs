using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A feed-forward network of one inner layer, and its junction.</summary>
internal sealed record FeedForwardSublayer(Linear Up, ActivationKind Activation, Linear Down, Junction Junction)
{
    /// <summary>The stream after the sub-layer; releases the stream.</summary>
    public Var Forward(Pass pass, Var stream)
    {
        var up = Up.Forward(pass, stream);
        var activated = pass.Tape.Activate(Activation, up);
        pass.Tape.Release(up);
        return Junction.Forward(pass, Down, activated, stream);
    }
}
