using Tributary.Federation.Messages;
using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>Holds all entries outside the parts of tensors: they get no gradient and are put back after every step, so that neither decay nor momentum moves them.</summary>
internal sealed class HeldEntries : IStepHook, IDisposable
{
    private readonly EntryMask mask;
    private readonly IBackend backend;
    private readonly DeviceBuffer buffer;
    private readonly Matrix held;

    /// <summary>Takes the present values for those to hold.</summary>
    public HeldEntries(IReadOnlyDictionary<TensorKey, TensorPart> parts, TrainableVector vector, IBackend backend)
    {
        (mask, this.backend) = (new EntryMask(parts, vector, backend), backend);
        buffer = backend.Allocate(Math.Max(1, vector.Length));
        held = buffer.AsMatrix(1, vector.Length);
        backend.AddScaled(vector.Values, held, 1, 0);
        mask.Apply(held);
        backend.AddScaled(vector.Values, held, 1, -1);
    }

    /// <summary>No gradient for held entries.</summary>
    public void Before(TrainableVector vector) => mask.Before(vector);

    /// <summary>Puts held entries back.</summary>
    public void After(TrainableVector vector, TrainableRanges trained, double rate)
    {
        mask.Apply(vector.Values);
        backend.AddScaled(held, vector.Values);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mask.Dispose();
        buffer.Dispose();
    }
}
