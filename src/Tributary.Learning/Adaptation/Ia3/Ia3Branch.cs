using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.Ia3;

/// <summary>What the layer gives, column by column times a vector.</summary>
internal sealed class Ia3OutputBranch(Parameter vector, float weight) : IBranch
{
    public Var Leave(Pass pass, Var x, Var y)
    {
        var scaled = pass.Tape.ScaleColumns(y, pass.Tape.Use(vector), weight);
        pass.Tape.Release(y);
        return scaled;
    }
}

/// <summary>What the layer reads, column by column times a vector.</summary>
internal sealed class Ia3InputBranch(Parameter vector, float weight) : IBranch
{
    public Var Enter(Pass pass, Var x) => pass.Tape.ScaleColumns(x, pass.Tape.Use(vector), weight);

    public Var Leave(Pass pass, Var x, Var y) => y;
}
