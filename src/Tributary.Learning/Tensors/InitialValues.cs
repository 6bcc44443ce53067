using Tributary.Numerics.Random;

namespace Tributary.Learning.Tensors;

/// <summary>Initial values addressed by (seed, tensor, element): the same whatever else is initialised.</summary>
public static class InitialValues
{
    /// <summary>Uniform in [−bound, bound).</summary>
    public static void Uniform(HostTensor tensor, ulong seed, double bound)
    {
        new Philox(seed).FillUniform(StableHash.Of(tensor.Key.WireName), tensor.Values);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            tensor.Values[i] = (float)(((2.0 * tensor.Values[i]) - 1) * bound);
        }
    }

    /// <summary>Normal with mean 0.</summary>
    public static void Normal(HostTensor tensor, ulong seed, double deviation) => Normal(tensor.Values, seed, StableHash.Of(tensor.Key.WireName), deviation);

    /// <summary>Normal with mean 0, for a tensor that only has an address.</summary>
    public static void Normal(Span<float> values, ulong seed, ulong address, double deviation)
    {
        new Philox(seed).FillNormal(address, values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(values[i] * deviation);
        }
    }
}
