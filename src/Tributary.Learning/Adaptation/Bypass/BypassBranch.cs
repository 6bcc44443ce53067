using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.Bypass;

/// <summary>(1 − mixing)·x + mixing·B A x in the place of what a layer reads.</summary>
internal sealed class BypassBranch(Parameter a, Parameter b, float mixing) : IBranch
{
    public Var Enter(Pass pass, Var x)
    {
        var tape = pass.Tape;
        return tape.AddLowRank(tape.Sum(x, x, -mixing), x, tape.Use(a), tape.Use(b), mixing);
    }

    public Var Leave(Pass pass, Var x, Var y) => y;
}
