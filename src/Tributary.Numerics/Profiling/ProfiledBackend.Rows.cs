namespace Tributary.Numerics.Profiling;

/// <content>Row-wise moves and sums.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public void Fill(Matrix x, float value)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.Fill(x, value);
    }

    /// <inheritdoc/>
    public void AddScaled(Matrix x, Matrix y, float alpha = 1, float beta = 1)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.AddScaled(x, y, alpha, beta);
    }

    /// <inheritdoc/>
    public void AddRow(Matrix row, Matrix y)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.AddRow(row, y);
    }

    /// <inheritdoc/>
    public void SumRows(Matrix x, Matrix sum)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.SumRows(x, sum);
    }

    /// <inheritdoc/>
    public void MultiplyElements(Matrix x, Matrix z, Matrix y, float alpha = 1, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.MultiplyElements(x, z, y, alpha, beta);
    }

    /// <inheritdoc/>
    public void MultiplyRow(Matrix x, Matrix row, Matrix y, float alpha = 1, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.MultiplyRow(x, row, y, alpha, beta);
    }

    /// <inheritdoc/>
    public void SumRowProducts(Matrix x, Matrix z, Matrix sum)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.SumRowProducts(x, z, sum);
    }

    /// <inheritdoc/>
    public void Gather(Matrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.Gather(table, ids, y, beta);
    }

    /// <inheritdoc/>
    public void Gather(FrozenMatrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.Gather(table, ids, y, beta);
    }

    /// <inheritdoc/>
    public void ScatterAdd(Matrix x, ReadOnlySpan<int> ids, Matrix table, int skip = -1, float scale = 1)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.ScatterAdd(x, ids, table, skip, scale);
    }

    /// <inheritdoc/>
    public void Dropout(Matrix x, float p, ulong key, ReadOnlySpan<long> rowKeys, Matrix y, float beta = 0)
    {
        using var span = profiler.Measure(StepPart.Other);
        inner.Dropout(x, p, key, rowKeys, y, beta);
    }
}
