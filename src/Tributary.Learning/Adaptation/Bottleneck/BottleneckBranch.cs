using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>s + scaling · up(f(down(z))) at one junction.</summary>
internal sealed class BottleneckBranch(IBottleneckInput input, IProjection down, IProjection up, ActivationKind activation, float scaling) : IJunctionBranch
{
    public Var Apply(Pass pass, Junction junction, Var s, Var x)
    {
        var tape = pass.Tape;
        var z = input.Of(pass, junction, s, x);
        var narrow = down.Apply(pass, z);
        if (z != s && z != x)
        {
            tape.Release(z);
        }

        var activated = tape.Activate(activation, narrow);
        tape.Release(narrow);
        var wide = up.Apply(pass, activated);
        tape.Release(activated);

        // The sum is formed in the adapter's own rows: s may be what the adapter has read.
        var sum = tape.Sum(s, wide, scaling);
        tape.Release(wide);
        tape.Release(s);
        return sum;
    }
}
