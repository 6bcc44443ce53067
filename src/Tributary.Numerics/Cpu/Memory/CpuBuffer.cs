namespace Tributary.Numerics.Cpu.Memory;

/// <summary>Zeroed, 64-byte aligned floats in native memory. The owner disposes it; there is no finalizer, because kernels hold raw pointers.</summary>
internal sealed unsafe class CpuBuffer : DeviceBuffer
{
    private readonly long bytes;
    private float* data;

    public CpuBuffer(long elements)
        : base(elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        bytes = checked(elements * sizeof(float));
        data = (float*)AlignedMemory.Allocate(bytes);
    }

    /// <summary>The first element of a window, after checking that it lies within a living buffer of this backend. Null for an empty window.</summary>
    public static float* PointerTo(Matrix matrix)
    {
        if (matrix.IsEmpty)
        {
            return null;
        }

        if (matrix.Buffer is not CpuBuffer buffer)
        {
            throw new ArgumentException($"the buffer belongs to another backend ({matrix.Buffer.GetType().Name})");
        }

        ObjectDisposedException.ThrowIf(buffer.data == null, buffer);
        var last = matrix.Count == 0 ? matrix.Offset : checked(matrix.Offset + ((matrix.Rows - 1L) * matrix.Stride) + matrix.Columns);
        if (matrix.Offset < 0 || matrix.Rows < 0 || matrix.Columns < 0 || last > buffer.Length || (matrix.Rows > 1 && matrix.Stride < matrix.Columns))
        {
            throw new ArgumentException(
                $"a window of {matrix.Rows}×{matrix.Columns} (stride {matrix.Stride}) at {matrix.Offset} does not fit into a buffer of {buffer.Length} elements");
        }

        return buffer.data + matrix.Offset;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (data != null)
        {
            AlignedMemory.Free(data, bytes);
            data = null;
        }
    }
}
