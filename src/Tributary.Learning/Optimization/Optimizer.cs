using Tributary.Numerics;

namespace Tributary.Learning.Optimization;

/// <summary>Applies an <see cref="OptimizerSpec"/> to one flat parameter vector and keeps its moments on the device.</summary>
public sealed class Optimizer : IDisposable
{
    private readonly IBackend backend;
    private readonly DeviceBuffer?[] buffers;
    private readonly int length;

    /// <summary>Allocates zeroed state for <paramref name="length"/> parameters.</summary>
    public Optimizer(OptimizerSpec spec, IBackend backend, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Spec = spec;
        this.backend = backend;
        this.length = length;
        buffers = [Allocate(OptimizerBuffers.First), Allocate(OptimizerBuffers.Second), Allocate(OptimizerBuffers.Third)];
    }

    /// <summary>Which optimizer.</summary>
    public OptimizerSpec Spec { get; }

    /// <summary>Updates done so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Bytes of single-precision state.</summary>
    public long StateBytes => buffers.Sum(b => b is null ? 0 : (long)length * sizeof(float));

    /// <summary>One update of <paramref name="parameters"/>, 1 × length, by <paramref name="gradient"/>, of the same shape, at the rate in force.</summary>
    public void Step(Matrix parameters, Matrix gradient, double learningRate)
    {
        if (parameters.Count != length || gradient.Count != length)
        {
            throw new ArgumentException($"the optimizer was made for {length} parameters, got {parameters.Count} and {gradient.Count} gradients");
        }

        if (length > 0)
        {
            backend.Update(Spec.At(Steps + 1, learningRate), parameters, gradient, View(0), View(1), View(2));
        }

        Steps++;
    }

    /// <summary>Forgets everything, as if newly made.</summary>
    public void Reset()
    {
        Steps = 0;
        for (var i = 0; i < buffers.Length; i++)
        {
            if (View(i) is { IsEmpty: false } view)
            {
                backend.Fill(view, 0);
            }
        }
    }

    /// <summary>Copies the state to the host.</summary>
    public OptimizerState ReadState() => new(Steps, Read(0), Read(1), Read(2));

    /// <summary>Takes up a state read from an optimizer with the same settings and length.</summary>
    /// <exception cref="InputException">The state belongs to another optimizer or another number of parameters.</exception>
    public void WriteState(OptimizerState state)
    {
        float[][] values = [state.First, state.Second, state.Third];
        for (var i = 0; i < buffers.Length; i++)
        {
            var expected = buffers[i] is null ? 0 : length;
            if (values[i].Length != expected)
            {
                throw new InputException($"stored optimizer state has {values[i].Length} values where {expected} are expected; it belongs to another optimizer or model");
            }
        }

        ArgumentOutOfRangeException.ThrowIfNegative(state.Steps);
        Steps = state.Steps;
        for (var i = 0; i < buffers.Length; i++)
        {
            if (values[i].Length > 0)
            {
                backend.Upload(values[i], View(i));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in buffers)
        {
            buffer?.Dispose();
        }
    }

    private DeviceBuffer? Allocate(OptimizerBuffers buffer) => length > 0 && Spec.Buffers.HasFlag(buffer) ? backend.Allocate(length) : null;

    private Matrix View(int buffer) => buffers[buffer] is { } state ? state.AsMatrix(1, length) : default;

    private float[] Read(int buffer)
    {
        var view = View(buffer);
        var values = new float[view.Count];
        if (values.Length > 0)
        {
            backend.Read(view, values);
        }

        return values;
    }
}
