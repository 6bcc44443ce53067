using Tributary.Federation.Messages;
using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>Zeroes the gradient of entries outside the parts of tensors; tensors without a part are trained whole.</summary>
internal sealed class EntryMask : IStepHook, IDisposable
{
    private readonly IBackend backend;
    private readonly DeviceBuffer buffer;
    private readonly Matrix mask;

    /// <summary>Lays the parts out along the vector.</summary>
    public EntryMask(IReadOnlyDictionary<TensorKey, TensorPart> parts, TrainableVector vector, IBackend backend)
    {
        this.backend = backend;
        buffer = backend.Allocate(Math.Max(1, vector.Length));
        mask = buffer.AsMatrix(1, vector.Length);
        if (vector.Length > 0)
        {
            backend.Upload([.. vector.Parameters.SelectMany(parameter => MaskOf(parameter, parts))], mask);
        }
    }

    /// <summary>values ← values ⊙ mask.</summary>
    public void Apply(Matrix values) => backend.MultiplyElements(values, mask, values);

    /// <inheritdoc/>
    public void Before(TrainableVector vector) => Apply(vector.Gradient);

    /// <inheritdoc/>
    public void After(TrainableVector vector, TrainableRanges trained, double rate)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();

    private static float[] MaskOf(Parameter parameter, IReadOnlyDictionary<TensorKey, TensorPart> parts)
    {
        var ones = new float[HostTensor.Count(parameter.Shape)];
        ones.AsSpan().Fill(1);
        return parts.TryGetValue(parameter.Key, out var part) ? part.Unpack(part.Pack(ones)) : ones;
    }
}
