using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>What virtual tokens begin as.</summary>
internal static class VirtualRowValues
{
    private const ulong Draw = 0x70726F6D7074;

    /// <summary>Standard normal, as torch fills an embedding.</summary>
    public static HostTensor Normal(TensorKey key, int[] shape, ulong seed)
    {
        var tensor = HostTensor.Zeros(key, shape);
        InitialValues.Normal(tensor, seed, 1);
        return tensor;
    }

    /// <summary>The embeddings of tokens drawn from the vocabulary (Lester et al. 2021, "sampled vocabulary").</summary>
    public static HostTensor Vocabulary(TensorKey key, Embedding tokens, int count, ulong seed)
    {
        var (tensor, random, table) = (HostTensor.Zeros(key, [count, tokens.Width]), new Philox(seed), tokens.Weight.ReadValues());
        for (var row = 0; row < count; row++)
        {
            var id = (int)(random.UniformDouble(Draw, (ulong)row) * tokens.Rows);
            table.AsSpan(id * tokens.Width, tokens.Width).CopyTo(tensor.Values.AsSpan(row * tokens.Width));
        }

        return tensor;
    }
}
