namespace Tributary.Numerics.Reference;

/// <summary>A frozen weight of the reference backend: row-major, already rounded to its storage type.</summary>
internal sealed class ReferenceFrozen<T>(T[] values, int outputs, int inputs) : FrozenMatrix
    where T : unmanaged
{
    private T[]? _values = values;

    public override int Outputs => outputs;

    public override int Inputs => inputs;

    public override unsafe long Bytes => (long)outputs * inputs * sizeof(T);

    public T this[int output, int input] => Values[((long)output * inputs) + input];

    private T[] Values => _values ?? throw new ObjectDisposedException(nameof(ReferenceFrozen<>));

    public override void Dispose() => _values = null;
}
