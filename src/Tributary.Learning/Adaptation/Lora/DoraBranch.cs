using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>The difference between a linear layer with its output's directions and lengths trained apart, and the layer itself.</summary>
internal sealed class DoraBranch(Linear linear, Parameter a, Parameter b, Parameter magnitude, float scale, float weight, float dropout) : IBranch
{
    private readonly ulong address = StableHash.Of(a.Key.WireName);
    private readonly int[] outputs = [.. Enumerable.Range(0, linear.Outputs)];

    public Var Leave(Pass pass, Var x, Var y) => pass.Tape.AddWeightDecomposed(
        y, x, linear.Weight.Packed, outputs, pass.Tape.Use(a), pass.Tape.Use(b), pass.Tape.Use(magnitude), scale, weight,
        new InputDropout(dropout, pass.DropoutKey ^ address, pass.RowKeys));
}
