using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Ia3;

/// <summary>One scaled linear layer: the vector is [1, inputs] where the input is scaled, [outputs, 1] where the output is.</summary>
public sealed record Ia3Site(Linear Module, bool ScalesInput, TensorKey Key)
{
    internal int[] Shape => ScalesInput ? [1, Module.Inputs] : [Module.Outputs, 1];

    /// <summary>All ones: a fresh adapter changes nothing.</summary>
    internal HostTensor Initial()
    {
        var tensor = HostTensor.Zeros(Key, Shape);
        Array.Fill(tensor.Values, 1);
        return tensor;
    }

    internal void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight) =>
        set.Add(Module, ScalesInput ? new Ia3InputBranch(find(Key), weight) : new Ia3OutputBranch(find(Key), weight));

    /// <summary>Scales the columns or rows of the weight, and with the output its bias.</summary>
    internal void Merge(MergedWeights weights, ParameterSet values) => Scale(weights, values[Key].Values, (value, factor, _) => value * factor);

    /// <summary>Divides again; what was scaled to zero is the base's.</summary>
    internal void Unmerge(MergedWeights weights, ParameterSet values) => Scale(weights, values[Key].Values, (value, factor, original) => factor == 0 ? original : value / factor);

    private void Scale(MergedWeights weights, float[] factors, Func<double, double, double, double> apply)
    {
        var (weight, original) = (weights.WeightOf(Module), Module.Weight.ReadValues());
        var columns = weight.Shape[1];
        var byColumn = ScalesInput != Module.Weight.InputsFirst;
        for (var i = 0; i < weight.Values.Length; i++)
        {
            weight.Values[i] = (float)apply(weight.Values[i], factors[byColumn ? i % columns : i / columns], original[i]);
        }

        if (!ScalesInput && Module.Bias is { } bias)
        {
            var (values, originals) = (weights.Of(bias).Values, bias.ReadValues());
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)apply(values[i], factors[i], originals[i]);
            }
        }
    }
}
