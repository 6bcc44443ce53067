using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A normalisation layer.</summary>
public sealed class Norm(NormKind kind, float epsilon, BaseTensor gain, BaseTensor? bias)
{
    internal Var Forward(Pass pass, Var x)
    {
        var gainVar = pass.Tape.Use(pass.Adapters.Replacement(gain) ?? gain.Plain);
        var biasVar = bias is null ? null : pass.Tape.Use(pass.Adapters.Replacement(bias) ?? bias.Plain);
        return pass.Tape.Norm(kind, x, gainVar, biasVar, epsilon);
    }
}
