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

    /// <summary>The leading part of that shape: the first of every axis; the tensor itself where that is all of it.</summary>
    /// <exception cref="ArgumentException">The shape is larger somewhere, or has other axes.</exception>
    public HostTensor Leading(int[] shape)
    {
        if (shape.AsSpan().SequenceEqual(Shape))
        {
            return this;
        }

        if (shape.Length != Shape.Length || shape.Zip(Shape).Any(sizes => sizes.First > sizes.Second))
        {
            throw new ArgumentException($"tensor {Key.WireName} of shape [{string.Join(", ", Shape)}] has no part of shape [{string.Join(", ", shape)}]");
        }

        var part = Zeros(Key, shape);
        for (int at = 0, row = 0, width = shape[^1]; at < part.Values.Length; at += width, row++)
        {
            var (from, rest, stride) = (0, row, Shape[^1]);
            for (var axis = shape.Length - 2; axis >= 0; stride *= Shape[axis], axis--)
            {
                (rest, var place) = Math.DivRem(rest, shape[axis]);
                from += place * stride;
            }

            Values.AsSpan(from, width).CopyTo(part.Values.AsSpan(at));
        }

        return part;
    }

    /// <summary>The same with a stretch of one axis in another order.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="start">Where the stretch begins.</param>
    /// <param name="order">Which of its places comes first, second….</param>
    public HostTensor Reordered(int axis, int start, ReadOnlySpan<int> order)
    {
        var (inner, outer) = (Count(Shape.AsSpan(axis + 1)), Count(Shape.AsSpan(0, axis)));
        var moved = Copy();
        for (var i = 0; i < outer; i++)
        {
            var first = ((i * Shape[axis]) + start) * inner;
            for (var place = 0; place < order.Length; place++)
            {
                Values.AsSpan(first + (order[place] * inner), inner).CopyTo(moved.Values.AsSpan(first + (place * inner)));
            }
        }

        return moved;
    }

    /// <summary>A copy with its own values.</summary>
    public HostTensor Copy() => this with { Values = (float[])Values.Clone() };
}
