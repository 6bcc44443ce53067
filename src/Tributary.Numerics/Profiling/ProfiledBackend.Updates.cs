namespace Tributary.Numerics.Profiling;

/// <content>Norms and optimizer updates.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public double SumOfSquares(Matrix x)
    {
        using var span = profiler.Measure(StepPart.Optimizer);
        return inner.SumOfSquares(x);
    }

    /// <inheritdoc/>
    public double Dot(Matrix x, Matrix z)
    {
        using var span = profiler.Measure(StepPart.Optimizer);
        return inner.Dot(x, z);
    }

    /// <inheritdoc/>
    public bool AllFinite(Matrix x)
    {
        using var span = profiler.Measure(StepPart.Optimizer);
        return inner.AllFinite(x);
    }

    /// <inheritdoc/>
    public void Update(in OptimizerStep step, Matrix parameter, Matrix gradient, Matrix first, Matrix second, Matrix third)
    {
        using var span = profiler.Measure(StepPart.Optimizer);
        inner.Update(in step, parameter, gradient, first, second, third);
    }
}
