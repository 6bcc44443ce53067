namespace Tributary.Numerics.Profiling;

/// <content>Elementwise activations and gates.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public void Activate(ActivationKind kind, Matrix x, Matrix y)
    {
        using var span = profiler.Measure(StepPart.Activations);
        inner.Activate(kind, x, y);
    }

    /// <inheritdoc/>
    public void ActivateSlope(ActivationKind kind, Matrix x, Matrix d, Matrix z, float beta)
    {
        using var span = profiler.Measure(StepPart.Activations);
        inner.ActivateSlope(kind, x, d, z, beta);
    }

    /// <inheritdoc/>
    public void Gate(ActivationKind kind, Matrix gate, Matrix up, Matrix y)
    {
        using var span = profiler.Measure(StepPart.Activations);
        inner.Gate(kind, gate, up, y);
    }

    /// <inheritdoc/>
    public void GateGradient(ActivationKind kind, Matrix gate, Matrix up, Matrix dy, Matrix dgate, Matrix dup)
    {
        using var span = profiler.Measure(StepPart.Activations);
        inner.GateGradient(kind, gate, up, dy, dgate, dup);
    }

    /// <inheritdoc/>
    public void GateTangent(ActivationKind kind, Matrix gate, Matrix up, Matrix tgate, Matrix tup, Matrix ty)
    {
        using var span = profiler.Measure(StepPart.Activations);
        inner.GateTangent(kind, gate, up, tgate, tup, ty);
    }

    /// <inheritdoc/>
    public void TopSoftmax(Matrix x, int top, Matrix y)
    {
        using var span = profiler.Measure(StepPart.Activations);
        inner.TopSoftmax(x, top, y);
    }

    /// <inheritdoc/>
    public void SoftmaxSlope(Matrix y, Matrix d, Matrix z, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Activations);
        inner.SoftmaxSlope(y, d, z, beta);
    }
}
