using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>x Wᵀ + b with a trained W [outputs, inputs].</summary>
internal sealed class DenseProjection(Parameter weight, Parameter bias) : IProjection
{
    public Var Apply(Pass pass, Var x) => pass.Tape.Linear(x, new LinearWeight(null, pass.Tape.Use(weight), inputsFirst: false), pass.Tape.Use(bias));
}
