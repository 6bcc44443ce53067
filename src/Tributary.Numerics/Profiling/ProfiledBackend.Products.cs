namespace Tributary.Numerics.Profiling;

/// <content>Matrix products, shape by shape.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public void Gemm(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c, float alpha = 1, float beta = 0)
    {
        var kind = (transposeA, transposeB) switch
        {
            (false, false) => ProductKind.Dense,
            (true, false) => ProductKind.DenseTransposedLeft,
            (false, true) => ProductKind.DenseTransposedRight,
            _ => ProductKind.DenseTransposedBoth,
        };
        using var span = profiler.Measure(new ProductShape(kind, c.Rows, c.Columns, transposeA ? a.Rows : a.Columns));
        inner.Gemm(a, transposeA, b, transposeB, c, alpha, beta);
    }

    /// <inheritdoc/>
    public void Multiply(Matrix x, FrozenMatrix weight, Matrix bias, Matrix y, float beta = 0)
    {
        using var span = profiler.Measure(new ProductShape(ProductKind.Frozen, y.Rows, y.Columns, x.Columns));
        inner.Multiply(x, weight, bias, y, beta);
    }

    /// <inheritdoc/>
    public void MultiplyTransposed(Matrix dy, FrozenMatrix weight, Matrix dx, float beta = 0)
    {
        using var span = profiler.Measure(new ProductShape(ProductKind.FrozenTransposed, dx.Rows, dx.Columns, dy.Columns));
        inner.MultiplyTransposed(dy, weight, dx, beta);
    }
}
