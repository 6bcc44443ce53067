using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;

namespace Tributary.Learning.Adaptation.Exits;

/// <summary>x + scale · (W x + b), row by row: what leads from the rows after a block to those before the model's last norm.</summary>
internal sealed class Exit(Parameter weight, Parameter bias, float scale)
{
    /// <summary>Rows of the model's width for rows of the model's width; releases x.</summary>
    public Var Forward(Tape tape, Var x)
    {
        var y = tape.Linear(x, new LinearWeight(null, tape.Use(weight), inputsFirst: false), tape.Use(bias));
        y = scale == 1 ? y : tape.Scale(y, scale);
        return tape.Instead(x, tape.AddResidual(y, x));
    }
}
