using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>
/// One tensor of a backbone under its Hugging Face name. Brought to the device on first use, in the form that is asked for, and shared by every client from then on;
/// a tensor that a client replaces by its own copy is never brought there.
/// </summary>
public sealed class BaseTensor : IDisposable
{
    private readonly Func<float[]> read;
    private readonly Lazy<Parameter> plain;
    private readonly Lazy<FrozenMatrix> packed;

    internal BaseTensor(int id, TensorKey key, int[] shape, bool inputsFirst, IBackend backend, StorageType storage, Func<float[]> read)
    {
        (Id, Key, Shape, InputsFirst, this.read) = (id, key, shape, inputsFirst, read);
        plain = new(() =>
        {
            var columns = shape[^1];
            var value = backend.Allocate(HostTensor.Count(shape)).AsMatrix(HostTensor.Count(shape) / columns, columns);
            backend.Upload(read(), value);
            return new Parameter(key, shape, value);
        });
        packed = new(() => backend.Freeze(read(), shape[inputsFirst ? 1 : 0], shape[inputsFirst ? 0 : 1], inputsFirst, storage));
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

    /// <summary>Rows × columns as stored, for embeddings, gains and biases.</summary>
    public Parameter Plain => plain.Value;

    /// <summary>The backend's layout, for products.</summary>
    public FrozenMatrix Packed => packed.Value;

    /// <summary>Device memory held so far, in bytes.</summary>
    public long Bytes => (plain.IsValueCreated ? 4L * plain.Value.Value.Count : 0) + (packed.IsValueCreated ? packed.Value.Bytes : 0);

    /// <summary>The values as stored, on the host.</summary>
    public float[] ReadValues() => read();

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
}
