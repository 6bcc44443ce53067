namespace Tributary.Numerics.Reference;

/// <summary>Memory of the reference backend: one array.</summary>
internal sealed class ReferenceBuffer<T>(T[] values) : DeviceBuffer(values.LongLength)
{
    private T[]? _values = values;

    public T[] Values => _values ?? throw new ObjectDisposedException(nameof(ReferenceBuffer<>));

    public override void Dispose() => _values = null;
}
