namespace Tributary.Learning.Tensors;

/// <summary>A named tensor in host memory, row-major. <c>Values.Length</c> is the product of <c>Shape</c>.</summary>
public sealed record HostTensor(TensorKey Key, int[] Shape, float[] Values)
{
    /// <summary>A tensor of zeros.</summary>
    public static HostTensor Zeros(TensorKey key, int[] shape) => new(key, shape, new float[Count(shape)]);

    /// <summary>Number of elements of a shape; throws <see cref="OverflowException"/> when it does not fit an array.</summary>
    public static int Count(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var size in shape)
        {
            count = checked(count * size);
        }

        return count;
    }

    /// <summary>A copy with its own values.</summary>
    public HostTensor Copy() => this with { Values = (float[])Values.Clone() };
}
