using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A linear layer with what follows it, an activation or a norm or both: poolers, what stands before an output layer, the bottlenecks of MobileBERT.</summary>
internal sealed record Transform(Linear Dense, ActivationKind? Activation, Norm? Norm = null)
{
    /// <summary>Transforms every row; x stays the caller's.</summary>
    public Var Forward(Pass pass, Var x)
    {
        var y = Dense.Forward(pass, x);
        if (Activation is { } kind)
        {
            y = Instead(pass, y, pass.Tape.Activate(kind, y));
        }

        return Norm is null ? y : Instead(pass, y, Norm.Forward(pass, y));
    }

    /// <summary>Transforms every row and releases x.</summary>
    public Var Replace(Pass pass, Var x) => Instead(pass, x, Forward(pass, x));

    private static Var Instead(Pass pass, Var old, Var made)
    {
        pass.Tape.Release(old);
        return made;
    }
}
