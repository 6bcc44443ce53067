using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>
/// One tensor of a backbone under its Hugging Face name. Brought to the device on first use, piece by piece, in the form that is asked for, and shared by every client from
/// then on; a tensor that a client replaces by its own copy is never brought there.
/// </summary>
public sealed class BaseTensor : IDisposable
{
    private const int PieceLength = 1 << 20;
    private readonly ITensorSource source;
    private readonly string stored;
    private readonly Lazy<Parameter> plain;
    private readonly Lazy<FrozenMatrix> packed;

    internal BaseTensor(int id, TensorKey key, int[] shape, bool inputsFirst, StorageType storage, IBackend backend, ITensorSource source, string stored)
    {
        (Id, Key, Shape, InputsFirst, Storage, this.source, this.stored) = (id, key, shape, inputsFirst, storage, source, stored);
        plain = new(() => Upload(backend));
        packed = new(() => Freeze(backend));
    }

    /// <summary>Position in <see cref="LanguageModel.Tensors"/>.</summary>
    public int Id { get; }

    /// <summary>Which tensor.</summary>
    public TensorKey Key { get; }

    /// <summary>Shape as stored: [outputs, inputs], or [inputs, outputs] when <see cref="InputsFirst"/>.</summary>
    public int[] Shape { get; }

    /// <summary>True for GPT-2's Conv1D weights.</summary>
    public bool InputsFirst { get; }

    /// <summary>False for a tensor that the architecture has and no pass reads.</summary>
    public bool IsUsed { get; internal set; } = true;

    /// <summary>How <see cref="Packed"/> is kept; <see cref="Plain"/> is always in single precision.</summary>
    public StorageType Storage { get; }

    /// <summary>Number of elements.</summary>
    public int Count => HostTensor.Count(Shape);

    /// <summary>Rows × columns as stored, for embeddings, gains and biases.</summary>
    public Parameter Plain => plain.Value;

    /// <summary>The backend's layout, for products.</summary>
    public FrozenMatrix Packed => packed.Value;

    /// <summary>Device memory held so far, in bytes.</summary>
    public long Bytes => (plain.IsValueCreated ? 4L * plain.Value.Value.Count : 0) + (packed.IsValueCreated ? packed.Value.Bytes : 0);

    /// <summary>The values as they come from the model's files, on the host: never rounded to <see cref="Storage"/>.</summary>
    public float[] ReadValues()
    {
        var values = new float[Count];
        source.Read(stored, 0, values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (plain.IsValueCreated)
        {
            plain.Value.Value.Buffer.Dispose();
        }

        if (packed.IsValueCreated)
        {
            packed.Value.Dispose();
        }
    }

    private Parameter Upload(IBackend backend)
    {
        var buffer = backend.Allocate(Count);
        var piece = new float[Math.Min(Count, PieceLength)];
        for (long start = 0; start < Count; start += PieceLength)
        {
            var length = (int)Math.Min(PieceLength, Count - start);
            source.Read(stored, start, piece.AsSpan(0, length));
            backend.Upload(piece.AsSpan(0, length), new Matrix(buffer, start, 1, length, length));
        }

        return new Parameter(Key, Shape, buffer.AsMatrix(Count / Shape[^1], Shape[^1]));
    }

    private FrozenMatrix Freeze(IBackend backend) =>
        backend.Freeze((start, piece) => source.Read(stored, start, piece), Shape[InputsFirst ? 1 : 0], Shape[InputsFirst ? 0 : 1], InputsFirst, Storage);
}
