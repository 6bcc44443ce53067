using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A linear layer with what follows it, an activation or a norm or both: poolers, what stands before an output layer, the bottlenecks of MobileBERT.</summary>
internal sealed record Transform(Linear Dense, ActivationKind? Activation, Norm? Norm = null)
{
    /// <summary>Transforms every row; x stays the caller's.</summary>
    public Var Forward(Pass pass, Var x)
    {
        var (tape, y) = (pass.Tape, Dense.Forward(pass, x));
        y = Activation is { } kind ? tape.Instead(y, tape.Activate(kind, y)) : y;
        return Norm is null ? y : tape.Instead(y, Norm.Forward(pass, y));
    }

    /// <summary>Transforms every row and releases x.</summary>
    public Var Replace(Pass pass, Var x) => pass.Tape.Instead(x, Forward(pass, x));
}
