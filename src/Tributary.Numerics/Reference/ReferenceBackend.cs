using System.Numerics;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Reference;

/// <summary>
/// The naive twin of the fast backends: the definition of every operation as plain loops over arrays, single-threaded, in <see cref="float"/> or
/// <see cref="double"/>. Tests compare the fast kernels with it and its derivatives with finite differences.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>: the type of every element and of every sum.</typeparam>
public sealed partial class ReferenceBackend<T> : IBackend
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public unsafe string KernelSet => sizeof(T) == sizeof(double) ? "reference-f64" : "reference-f32";

    /// <inheritdoc/>
    public int Threads => 1;

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long elements) => new ReferenceBuffer<T>(new T[elements]);

    /// <inheritdoc/>
    public void Upload(ReadOnlySpan<float> source, Matrix destination)
    {
        Shapes.Host(destination, source.Length);
        var to = Of(destination);
        for (var i = 0; i < source.Length; i++)
        {
            to[i / to.Columns, i % to.Columns] = T.CreateChecked(source[i]);
        }
    }

    /// <summary>Copies host values in the backend's own precision, row after row, into the matrix.</summary>
    public void Upload(ReadOnlySpan<T> source, Matrix destination)
    {
        Shapes.Host(destination, source.Length);
        var to = Of(destination);
        for (var i = 0; i < source.Length; i++)
        {
            to[i / to.Columns, i % to.Columns] = source[i];
        }
    }

    /// <inheritdoc/>
    public void Read(Matrix source, Span<float> destination)
    {
        Shapes.Host(source, destination.Length);
        var from = Of(source);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = float.CreateChecked(from[i / from.Columns, i % from.Columns]);
        }
    }

    /// <summary>Copies the matrix, row after row, to the host in the backend's own precision.</summary>
    public void Read(Matrix source, Span<T> destination)
    {
        Shapes.Host(source, destination.Length);
        var from = Of(source);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = from[i / from.Columns, i % from.Columns];
        }
    }

    /// <inheritdoc/>
    public FrozenMatrix Freeze(ReadElements read, int outputs, int inputs, bool transposed, StorageType storage)
    {
        Shapes.Freeze(outputs, inputs);
        var source = new float[outputs * inputs];
        read(0, source);
        return Freeze(Array.ConvertAll(source, T.CreateChecked).AsSpan(), outputs, inputs, transposed, storage);
    }

    /// <summary>As <see cref="Freeze(ReadElements, int, int, bool, StorageType)"/>, from values in the backend's own precision.</summary>
    public FrozenMatrix Freeze(ReadOnlySpan<T> source, int outputs, int inputs, bool transposed, StorageType storage)
    {
        Shapes.Freeze(source.Length, outputs, inputs);
        var values = new T[source.Length];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                values[(o * inputs) + i] = transposed ? source[(i * outputs) + o] : source[(o * inputs) + i];
            }

            if (storage != StorageType.F32)
            {
                Round(values.AsSpan(o * inputs, inputs), storage);
            }
        }

        return new ReferenceFrozen<T>(values, outputs, inputs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Buffers belong to whoever allocated them; there is nothing else to release.
    }

    private static void Round(Span<T> output, StorageType storage)
    {
        var singles = new float[output.Length];
        for (var i = 0; i < singles.Length; i++)
        {
            singles[i] = float.CreateChecked(output[i]);
        }

        StoredValues.Round(storage, singles);
        for (var i = 0; i < singles.Length; i++)
        {
            output[i] = T.CreateChecked(singles[i]);
        }
    }

    private static View<T> Of(Matrix x) =>
        x.Buffer is ReferenceBuffer<T> buffer
            ? new(buffer.Values, x.Offset, x.Rows, x.Columns, x.Stride)
            : throw new ArgumentException($"the buffer belongs to another backend ({x.Buffer?.GetType().Name ?? "none"})");

    private static ReferenceFrozen<T> Of(FrozenMatrix weight) =>
        weight as ReferenceFrozen<T> ?? throw new ArgumentException($"the weight belongs to another backend ({weight.GetType().Name})");

    private static T Number(double value) => T.CreateChecked(value);

    /// <summary>target = value + beta · target, without reading the target when beta is 0.</summary>
    private static void Put(ref T target, T value, T beta) => target = T.IsZero(beta) ? value : value + (beta * target);
}
