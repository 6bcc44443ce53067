using System.Numerics.Tensors;
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

    /// <summary>Normal with mean 0: elements <paramref name="first"/> … of a tensor that only has an address.</summary>
    public static void Normal(Span<float> values, ulong seed, ulong address, double deviation, long first = 0)
    {
        new Philox(seed).FillNormal(address, values, (ulong)first);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(values[i] * deviation);
        }
    }

    /// <summary>Uniform with mean 0: elements <paramref name="first"/> … of a tensor that only has an address. Many times as fast as <see cref="Normal(Span{float}, ulong, ulong, double, long)"/>.</summary>
    public static void Uniform(Span<float> values, ulong seed, ulong address, double deviation, long first = 0)
    {
        var bound = (float)(deviation * Math.Sqrt(3));
        new Philox(seed).FillUniform(address, values, (ulong)first);
        TensorPrimitives.Multiply(values, 2 * bound, values);
        TensorPrimitives.Subtract(values, bound, values);
    }
}
