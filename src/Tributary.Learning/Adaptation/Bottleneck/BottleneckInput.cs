using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>What a bottleneck reads at a junction.</summary>
internal interface IBottleneckInput
{
    /// <summary>z, from the sub-layer's output s and the residual stream x; one of the two, or a value of its own.</summary>
    Var Of(Pass pass, Junction junction, Var s, Var x);
}

/// <summary>z = s.</summary>
internal sealed class SublayerOutput : IBottleneckInput
{
    public Var Of(Pass pass, Junction junction, Var s, Var x) => s;
}

/// <summary>z = x.</summary>
internal sealed class ResidualStream : IBottleneckInput
{
    public Var Of(Pass pass, Junction junction, Var s, Var x) => x;
}

/// <summary>z = s + x with the junction's norm.</summary>
internal sealed class ResidualSum : IBottleneckInput
{
    public Var Of(Pass pass, Junction junction, Var s, Var x)
    {
        var sum = pass.Tape.Sum(s, x);
        if (junction.Norm is null)
        {
            return sum;
        }

        var normed = junction.Norm.Forward(pass, sum);
        pass.Tape.Release(sum);
        return normed;
    }
}
