namespace Tributary.Numerics.Profiling;

/// <content>Matrix products, with their operations counted: two for each multiply-add.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public void Gemm(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c, float alpha = 1, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Gemm, 2.0 * c.Count * (transposeA ? a.Rows : a.Columns));
        inner.Gemm(a, transposeA, b, transposeB, c, alpha, beta);
    }

    /// <inheritdoc/>
    public void Multiply(Matrix x, FrozenMatrix weight, Matrix bias, Matrix y, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Gemm, 2.0 * y.Count * x.Columns);
        inner.Multiply(x, weight, bias, y, beta);
    }

    /// <inheritdoc/>
    public void MultiplyTransposed(Matrix dy, FrozenMatrix weight, Matrix dx, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Gemm, 2.0 * dx.Count * dy.Columns);
        inner.MultiplyTransposed(dy, weight, dx, beta);
    }
}
