using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>Rows that a small network makes of a table: linear layers [outputs, inputs] with an activation between them.</summary>
internal sealed class RowEncoder(IVirtualRows table, ActivationKind activation, IReadOnlyList<(Parameter Weight, Parameter Bias)> layers) : IVirtualRows
{
    private (Pass, int) made;
    private Var rows = null!;

    public int Count => table.Count;

    public Var In(Pass pass)
    {
        if (made != pass.Run)
        {
            (made, rows) = (pass.Run, Encode(pass));
        }

        return rows;
    }

    private Var Encode(Pass pass)
    {
        var (tape, x) = (pass.Tape, table.In(pass));
        for (var i = 0; i < layers.Count; i++)
        {
            x = i == 0 ? x : tape.Activate(activation, x);
            x = tape.Linear(x, new LinearWeight(null, tape.Use(layers[i].Weight), inputsFirst: false), tape.Use(layers[i].Bias));
        }

        return x;
    }
}
