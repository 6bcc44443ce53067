using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>One adapted module. For a linear layer A is [rank, inputs] and B [outputs, rank]; for an embedding A is [rank, rows] and B [width, rank].</summary>
public sealed record LoraSite(IWeightedModule Module, int Rank, float Scale, float Dropout, TensorKey A, TensorKey B)
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

    internal void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight)
    {
        if (Module is Embedding embedding)
        {
            set.Add(embedding, new LoraEmbeddingBranch(find(A), find(B), weight * Scale));
        }
        else
        {
            set.Add((Linear)Module, new LoraBranch(find(A), find(B), weight * Scale, Dropout));
        }
    }

    /// <summary>The factors with their scale.</summary>
    public LoraFactors Factors(ParameterSet values) => new(Matrix(values[A]), Matrix(values[B]), Scale);

    internal void Merge(HostTensor weight, ParameterSet values) => Add(weight, values, 1);

    internal void Unmerge(HostTensor weight, ParameterSet values) => Add(weight, values, -1);

    /// <summary>scale · B A laid out as the base weight is: [outputs, inputs], transposed for Conv1D; [rows, width] for an embedding. In double.</summary>
    public double[] Delta(ParameterSet values)
    {
        var product = Factors(values).Product();
        return (Module is Embedding or Linear { Weight.InputsFirst: true } ? product.Transposed() : product).Values;
    }

    private static HostMatrix Matrix(HostTensor tensor) => HostMatrix.Of(tensor.Shape[0], tensor.Shape[1], tensor.Values);

    private void Add(HostTensor weight, ParameterSet values, double sign)
    {
        var delta = Delta(values);
        for (var i = 0; i < delta.Length; i++)
        {
            weight.Values[i] = (float)(weight.Values[i] + (sign * delta[i]));
        }
    }
}
