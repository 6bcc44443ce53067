using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>
/// One adapted module. For a linear layer A is [rank, inputs] and B [outputs, rank]; for an embedding A is [rank, rows] and B [width, rank]. The magnitude, of DoRA alone, is
/// [outputs].
/// </summary>
public sealed record LoraSite(IWeightedModule Module, int Rank, float Scale, float Dropout, TensorKey A, TensorKey B, TensorKey? Magnitude = null)
{
    private bool IsTransposed => Module is Embedding or Linear { Weight.InputsFirst: true };

    /// <summary>A fixed update of the module's base weight.</summary>
    internal BaseUpdate BaseUpdate => Lora.BaseUpdate.Of(A, Size.Outputs, Size.Inputs);

    private (int Outputs, int Inputs) Size => Module switch
    {
        Embedding e => (e.Width, e.Rows),
        Linear l => (l.Outputs, l.Inputs),
        _ => throw new InvalidOperationException($"{Module.Path} cannot carry LoRA"),
    };

    internal IEnumerable<(TensorKey Key, int[] Shape)> Tensors
    {
        get
        {
            var (outputs, inputs) = Size;
            yield return (A, [Rank, inputs]);
            yield return (B, [outputs, Rank]);
            if (Magnitude is { } magnitude)
            {
                yield return (magnitude, [outputs]);
            }
        }
    }

    /// <summary>
    /// A uniform in ±1/√inputs and B zero (an embedding: A zero, B normal), the magnitude the length of each output's base weights, so that a fresh adapter changes nothing.
    /// </summary>
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
            else if (key == Magnitude)
            {
                tensor = tensor with { Values = Array.ConvertAll(Lengths(BaseWeight()), length => (float)length) };
            }

            yield return tensor;
        }
    }

    internal void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight)
    {
        if (Module is Embedding embedding)
        {
            set.Add(embedding, new LoraEmbeddingBranch(find(A), find(B), weight * Scale));
            return;
        }

        var linear = (Linear)Module;
        set.Add(linear, Magnitude is { } magnitude
            ? new DoraBranch(linear, find(A), find(B), find(magnitude), Scale, weight, Dropout)
            : new LoraBranch(find(A), find(B), weight * Scale, Dropout, set.Detached.Contains(A.Adapter)));
    }

    /// <summary>Lets several clients' factors act, each on its own rows; for linear layers without a magnitude.</summary>
    internal void Attach(AdapterSet set, IReadOnlyList<Func<TensorKey, Parameter>> clients) =>
        set.Add((Linear)Module, new ClientsLoraBranch([.. clients.Select(find => (find(A), find(B)))], Scale, Dropout));

    /// <summary>The factors with their scale.</summary>
    public LoraFactors Factors(ParameterSet values) => new(Matrix(values[A]), Matrix(values[B]), Scale);

    /// <summary>What the site adds to the base weight, laid out as that is: [outputs, inputs], transposed for Conv1D; [rows, width] for an embedding. In double.</summary>
    public double[] Delta(ParameterSet values)
    {
        var delta = Factors(values).Product();
        if (Magnitude is { } magnitude)
        {
            Decompose(delta, values[magnitude].Values);
        }

        return (IsTransposed ? delta.Transposed() : delta).Values;
    }

    // From ΔW to m ⊙ (W + ΔW) / ‖W + ΔW‖ − W.
    private void Decompose(HostMatrix delta, float[] magnitude)
    {
        var weight = BaseWeight();
        for (var i = 0; i < delta.Values.Length; i++)
        {
            delta.Values[i] += weight.Values[i];
        }

        var lengths = Lengths(delta);
        for (var o = 0; o < delta.Rows; o++)
        {
            for (var i = 0; i < delta.Columns; i++)
            {
                delta[o, i] = (lengths[o] > 0 ? magnitude[o] / lengths[o] * delta[o, i] : 0) - weight[o, i];
            }
        }
    }

    /// <summary>The base weight as [outputs, inputs].</summary>
    internal HostMatrix BaseWeight()
    {
        var stored = HostMatrix.Of(Module.Weight.Shape[0], Module.Weight.Shape[1], Module.Weight.ReadValues());
        return IsTransposed ? stored.Transposed() : stored;
    }

    private static double[] Lengths(HostMatrix rows)
    {
        var lengths = new double[rows.Rows];
        for (var r = 0; r < rows.Rows; r++)
        {
            var square = 0.0;
            foreach (var value in rows.Row(r))
            {
                square += value * value;
            }

            lengths[r] = Math.Sqrt(square);
        }

        return lengths;
    }

    private static HostMatrix Matrix(HostTensor tensor) => HostMatrix.Of(tensor.Shape[0], tensor.Shape[1], tensor.Values);
}
