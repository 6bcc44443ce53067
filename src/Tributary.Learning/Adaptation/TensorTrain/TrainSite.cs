using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.TensorTrain;

/// <summary>The cores of one bottleneck: down [width, size] and up [size, width].</summary>
internal sealed class TrainSite
{
    private readonly (TensorKey Key, int[] Shape)[] down;
    private readonly (TensorKey Key, int[] Shape)[] up;
    private readonly TrainShape downShape;
    private readonly TrainShape upShape;

    public TrainSite(Junction junction, string adapter, TensorTrainConfig config)
    {
        var (wide, narrow) = (Factors.Of(junction.Width, config.Cores), Factors.Of(config.Size, config.Cores));
        (Junction, downShape, upShape) = (junction, new TrainShape(wide, narrow, config.Rank), new TrainShape(narrow, wide, config.Rank));
        (down, up) = (Cores("adapter_down", downShape), Cores("adapter_up", upShape));

        (TensorKey, int[])[] Cores(string projection, TrainShape shape) => [.. Enumerable.Range(0, config.Cores).Select(j =>
            (new TensorKey(TensorKey.MainModel, adapter, junction.Layer, projection, $"{junction.Path}.adapters.tt.{projection}.cores.{j}"), shape.Core(j)))];
    }

    public Junction Junction { get; }

    public IEnumerable<(TensorKey Key, int[] Shape)> Tensors => down.Concat(up);

    public IProjection Down(Func<TensorKey, Parameter> find) => new TrainProjection(downShape, [.. down.Select(c => find(c.Key))]);

    public IProjection Up(Func<TensorKey, Parameter> find) => new TrainProjection(upShape, [.. up.Select(c => find(c.Key))]);

    /// <summary>Normal cores that give W entries of deviation 0.02, and the last core of the up-projection zero, so that a fresh adapter changes nothing.</summary>
    public IEnumerable<HostTensor> Initial(ulong seed)
    {
        foreach (var (key, shape) in Tensors)
        {
            var tensor = HostTensor.Zeros(key, shape);
            if (key != up[^1].Key)
            {
                InitialValues.Normal(tensor, seed, Deviation());
            }

            yield return tensor;
        }
    }

    // W is a sum of rank^(J − 1) products of J normal values.
    private double Deviation() => Math.Pow(0.02 / Math.Pow(downShape.Ranks[1], (down.Length - 1) / 2.0), 1.0 / down.Length);
}
