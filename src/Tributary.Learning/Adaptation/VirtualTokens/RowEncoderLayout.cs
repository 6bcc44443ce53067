using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>The tensors of a row encoder under PEFT's names: a table and the linear layers of a torch Sequential, numbered with its activations (ReLU or tanh).</summary>
internal sealed class RowEncoderLayout : IRowLayout
{
    private readonly (TensorKey Key, int[] Shape) table;
    private readonly ((TensorKey Key, int[] Shape) Weight, (TensorKey Key, int[] Shape) Bias)[] layers;
    private readonly ActivationKind activation;

    /// <summary>Layers lead through <paramref name="widths"/>, the first of which is the table's.</summary>
    public RowEncoderLayout(string adapter, string role, int rows, string sequential, ActivationKind activation, params int[] widths)
    {
        TensorKey Key(string name) => new(TensorKey.MainModel, adapter, -1, role, "prompt_encoder." + name);
        this.activation = activation;
        table = (Key("embedding.weight"), [rows, widths[0]]);
        layers = [.. Enumerable.Range(0, widths.Length - 1).Select(i => (
            (Key($"{sequential}.{2 * i}.weight"), new[] { widths[i + 1], widths[i] }),
            (Key($"{sequential}.{2 * i}.bias"), new[] { widths[i + 1] })))];
    }

    public IEnumerable<(TensorKey Key, int[] Shape)> Tensors => layers.SelectMany(l => new[] { l.Weight, l.Bias }).Prepend(table);

    public IVirtualRows Attach(Func<TensorKey, Parameter> find) =>
        new RowEncoder(new RowTable(find(table.Key)), activation, [.. layers.Select(l => (find(l.Weight.Key), find(l.Bias.Key)))]);

    /// <summary>A normal table and layers uniform in ±1/√inputs: torch's defaults.</summary>
    public IEnumerable<HostTensor> Initial(ulong seed)
    {
        yield return VirtualRowValues.Normal(table.Key, table.Shape, seed);
        foreach (var (weight, bias) in layers)
        {
            var bound = 1 / Math.Sqrt(weight.Shape[1]);
            foreach (var (key, shape) in new[] { weight, bias })
            {
                var tensor = HostTensor.Zeros(key, shape);
                InitialValues.Uniform(tensor, seed, bound);
                yield return tensor;
            }
        }
    }

    public float[] Rows(ParameterSet values)
    {
        var x = Array.ConvertAll(values[table.Key].Values, v => (double)v);
        for (var i = 0; i < layers.Length; i++)
        {
            x = Apply(values[layers[i].Weight.Key], values[layers[i].Bias.Key], i == 0 ? x : Array.ConvertAll(x, Activate));
        }

        return Array.ConvertAll(x, v => (float)v);
    }

    private double Activate(double x) => activation == ActivationKind.Relu ? Math.Max(x, 0) : Math.Tanh(x);

    private static double[] Apply(HostTensor weight, HostTensor bias, double[] x)
    {
        var (outputs, inputs) = (weight.Shape[0], weight.Shape[1]);
        var y = new double[x.Length / inputs * outputs];
        for (var i = 0; i < y.Length; i++)
        {
            var (row, output) = Math.DivRem(i, outputs);
            var sum = (double)bias.Values[output];
            for (var k = 0; k < inputs; k++)
            {
                sum += x[(row * inputs) + k] * weight.Values[(output * inputs) + k];
            }

            y[i] = sum;
        }

        return y;
    }
}
