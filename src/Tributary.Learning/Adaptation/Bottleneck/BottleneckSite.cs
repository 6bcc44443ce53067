using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>One bottleneck: down [size, width] and up [width, size] with their biases, under the names of the AdapterHub library.</summary>
internal sealed class BottleneckSite
{
    private readonly (TensorKey Key, int[] Shape)[] tensors;

    public BottleneckSite(Junction junction, string adapter, string storedName, int size)
    {
        Junction = junction;
        (TensorKey, int[]) Tensor(string name, string role, params int[] shape) =>
            (new TensorKey(TensorKey.MainModel, adapter, junction.Layer, role, $"{junction.Path}.adapters.{storedName}.{name}"), shape);
        tensors =
        [
            Tensor("adapter_down.0.weight", "adapter_down", size, junction.Width),
            Tensor("adapter_down.0.bias", "adapter_down", size),
            Tensor("adapter_up.weight", "adapter_up", junction.Width, size),
            Tensor("adapter_up.bias", "adapter_up", junction.Width),
        ];
    }

    public Junction Junction { get; }

    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors => tensors;

    public TensorKey DownWeight => tensors[0].Key;

    public TensorKey DownBias => tensors[1].Key;

    public TensorKey UpWeight => tensors[2].Key;

    public TensorKey UpBias => tensors[3].Key;

    /// <summary>Down normal with deviation 0.02 and everything else zero, so that a fresh adapter changes nothing.</summary>
    public IEnumerable<HostTensor> Initial(ulong seed)
    {
        foreach (var (key, shape) in tensors)
        {
            var tensor = HostTensor.Zeros(key, shape);
            if (key == DownWeight)
            {
                InitialValues.Normal(tensor, seed, 0.02);
            }

            yield return tensor;
        }
    }
}
