namespace Tributary.Numerics;

/// <summary>Conveniences that every backend has.</summary>
public static class BackendExtensions
{
    /// <summary>Takes a frozen weight over from an array; see <see cref="IBackend.Freeze"/>.</summary>
    public static FrozenMatrix Freeze(this IBackend backend, float[] source, int outputs, int inputs, bool transposed, StorageType storage)
    {
        Shapes.Freeze(source.Length, outputs, inputs);
        return backend.Freeze((start, destination) => source.AsSpan((int)start, destination.Length).CopyTo(destination), outputs, inputs, transposed, storage);
    }
}
