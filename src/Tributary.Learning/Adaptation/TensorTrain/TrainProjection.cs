using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.TensorTrain;

/// <summary>x W with the W [inputs, outputs] that trained cores make.</summary>
internal sealed class TrainProjection(TrainShape shape, IReadOnlyList<Parameter> cores) : IProjection
{
    private readonly int[][] rows = [.. cores.Select(c => Enumerable.Range(0, c.Value.Rows).ToArray())];
    private readonly Var[] values = new Var[cores.Count];

    public Var Apply(Pass pass, Var x)
    {
        for (var j = 0; j < values.Length; j++)
        {
            // Gathered whole, so that the gradient of a core can be written in the shape of its product.
            values[j] = pass.Tape.Embed(null, pass.Tape.Use(cores[j]), rows[j]);
        }

        return pass.Tape.Linear(x, new LinearWeight(null, pass.Tape.TensorTrain(values, shape), inputsFirst: true));
    }
}
