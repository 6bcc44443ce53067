namespace Tributary.Numerics;

/// <summary>An opaque handle to memory owned by a backend. Only <see cref="IBackend.Upload"/> and <see cref="IBackend.Read(Matrix, Span{float})"/> cross it.</summary>
public abstract class DeviceBuffer : IDisposable
{
    /// <summary>Creates a handle over <paramref name="length"/> elements.</summary>
    protected DeviceBuffer(long length) => Length = length;

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The whole buffer as one matrix of the given shape, rows × columns.</summary>
    public Matrix AsMatrix(int rows, int columns) => new(this, 0, rows, columns, columns);

    /// <inheritdoc/>
    public abstract void Dispose();
}
