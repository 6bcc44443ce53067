using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.LoraExperts;

/// <summary>Sums up, pass by pass, the rows that layers with experts are given.</summary>
/// <param name="backend">Where the rows are.</param>
internal sealed class InputMeans(IBackend backend)
{
    private readonly SortedDictionary<TensorKey, (double[] Sums, long Rows)> layers = [];

    /// <summary>The mean row of every layer, [inputs], under the key of its router.</summary>
    public ParameterSet Means => new(layers.Select(layer => new HostTensor(
        layer.Key, [layer.Value.Sums.Length], Array.ConvertAll(layer.Value.Sums, sum => (float)(sum / layer.Value.Rows)))));

    /// <summary>Adds the rows x [rows, inputs] of a layer.</summary>
    public void Add(TensorKey router, Var x)
    {
        var (rows, width) = (x.Value.Rows, x.Value.Columns);
        var (sums, before) = layers.TryGetValue(router, out var known) ? known : (new double[width], 0);
        var values = new float[x.Value.Count];
        backend.Read(x.Value, values);
        for (var i = 0; i < values.Length; i++)
        {
            sums[i % width] += values[i];
        }

        layers[router] = (sums, before + rows);
    }
}
