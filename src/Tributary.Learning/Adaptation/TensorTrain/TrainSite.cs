using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.TensorTrain;

/// <summary>The cores of one bottleneck: down [width, size] and up [size, width].</summary>
internal sealed class TrainSite : IAdapterSite
{
    private readonly Junction junction;
    private readonly ActivationKind activation;
    private readonly (TensorKey Key, int[] Shape)[] down;
    private readonly (TensorKey Key, int[] Shape)[] up;
    private readonly TrainShape downShape;
    private readonly TrainShape upShape;

    public TrainSite(Junction junction, string adapter, TensorTrainConfig config)
    {
        var (wide, narrow) = (Factors.Of(junction.Width, config.Cores), Factors.Of(config.Size, config.Cores));
        (this.junction, activation, downShape, upShape) = (junction, config.Activation.Kind(), new TrainShape(wide, narrow, config.Rank), new TrainShape(narrow, wide, config.Rank));
        (down, up) = (Cores("adapter_down", downShape), Cores("adapter_up", upShape));

        (TensorKey, int[])[] Cores(string projection, TrainShape shape) => [.. Enumerable.Range(0, config.Cores).Select(j =>
            (new TensorKey(TensorKey.MainModel, adapter, junction.Layer, projection, $"{junction.Path}.adapters.tt.{projection}.cores.{j}"), shape.Core(j)))];
    }

    public IEnumerable<(TensorKey Key, int[] Shape)> Tensors => down.Concat(up);

    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight) => set.Add(
        junction, new BottleneckBranch(new SublayerOutput(), Projection(downShape, down, find), Projection(upShape, up, find), activation, weight));

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

    private static TrainProjection Projection(TrainShape shape, (TensorKey Key, int[] Shape)[] cores, Func<TensorKey, Parameter> find) => new(shape, [.. cores.Select(core => find(core.Key))]);
}
