using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>One adapted module. For a linear layer A is [rank, inputs] and B [outputs, rank]; for an embedding A is [rank, rows] and B [width, rank].</summary>
public sealed record LoraSite(IWeightedModule Module, int Rank, float Scale, TensorKey A, TensorKey B)
{
    internal IEnumerable<(TensorKey Key, int[] Shape)> Tensors => Module switch
    {
        Embedding e => [(A, [Rank, e.Rows]), (B, [e.Width, Rank])],
        Linear l => [(A, [Rank, l.Inputs]), (B, [l.Outputs, Rank])],
        _ => throw new InvalidOperationException($"{Module.Path} cannot carry LoRA"),
    };

    /// <summary>A uniform in ±1/√inputs and B zero (an embedding: A zero, B normal), so that a fresh adapter changes nothing.</summary>
    internal IEnumerable<HostTensor> Initial(ulong seed)
    {
        foreach (var (key, shape) in Tensors)
        {
            var tensor = HostTensor.Zeros(key, shape);
            if (Module is Linear linear && key == A)
            {
                InitialValues.Uniform(tensor, seed, 1 / Math.Sqrt(linear.Inputs));
            }
            else if (Module is Embedding && key == B)
            {
                InitialValues.Normal(tensor, seed, 1);
            }

            yield return tensor;
        }
    }
}
