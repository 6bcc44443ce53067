using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Rows;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Cpu;

/// <content>Row-wise moves and sums.</content>
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public void Fill(Matrix x, float value)
    {
        Shapes.Valid(x);
        Span<View> v = [new(x)];
        View.Flatten(v);
        Launch.Elements(team, kernels, new FillKernel(v[0], value), v[0].Rows, v[0].Columns);
    }

    /// <inheritdoc/>
    public void AddScaled(Matrix x, Matrix y, float alpha = 1, float beta = 1)
    {
        Shapes.AddScaled(x, y);
        Span<View> v = [new(x), new(y)];
        View.Flatten(v);
        Launch.Elements(team, kernels, new AddScaledKernel(v[0], v[1], alpha, beta), v[1].Rows, v[1].Columns);
    }

    /// <inheritdoc/>
    public void AddRow(Matrix row, Matrix y)
    {
        Shapes.AddRow(row, y);
        Launch.Elements(team, kernels, new AddScaledKernel(new(row), new(y), 1, 1), y.Rows, y.Columns);
    }

    /// <inheritdoc/>
    public void SumRows(Matrix x, Matrix sum)
    {
        Shapes.SumRows(x, sum);
        SumColumns(new RowTerm(new(x)), x, sum);
    }

    /// <inheritdoc/>
    public void MultiplyElements(Matrix x, Matrix z, Matrix y, float alpha = 1, float beta = 0)
    {
        Shapes.MultiplyElements(x, z, y);
        Span<View> v = [new(x), new(z), new(y)];
        View.Flatten(v);
        Launch.Elements(team, kernels, new MultiplyElementsKernel(v[0], v[1], v[2], alpha, beta), v[0].Rows, v[0].Columns);
    }

    /// <inheritdoc/>
    public void MultiplyRow(Matrix x, Matrix row, Matrix y, float alpha = 1, float beta = 0)
    {
        Shapes.MultiplyRow(x, row, y);
        Launch.Elements(team, kernels, new MultiplyElementsKernel(new(x), new(row), new(y), alpha, beta), x.Rows, x.Columns);
    }

    /// <inheritdoc/>
    public void SumRowProducts(Matrix x, Matrix z, Matrix sum)
    {
        Shapes.SumRowProducts(x, z, sum);
        SumColumns(new RowProductTerm(new(x), new(z)), x, sum);
    }

    /// <inheritdoc/>
    public void Gather(Matrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0)
    {
        Shapes.Gather(table, ids, y);
        fixed (int* list = ids)
        {
            Launch.Items(team, kernels, new GatherKernel(new(table), list, new(y), beta), y.Rows, y.Count);
        }
    }

    /// <inheritdoc/>
    public void ScatterAdd(Matrix x, ReadOnlySpan<int> ids, Matrix table, int skip = -1, float scale = 1)
    {
        Shapes.ScatterAdd(x, ids, table, skip);
        fixed (int* list = ids)
        {
            Launch.Items(team, kernels, new ScatterAddKernel(new(x), list, new(table), skip, scale), ColumnBlock.Count(x.Columns), x.Count);
        }
    }

    /// <inheritdoc/>
    public void Dropout(Matrix x, float p, ulong key, ReadOnlySpan<long> rowKeys, Matrix y, float beta = 0)
    {
        Shapes.Dropout(x, p, rowKeys, y);
        fixed (long* list = rowKeys)
        {
            Launch.Elements(team, kernels, new DropoutKernel(new(x), p, new Philox(key), list, new(y), beta), x.Rows, x.Columns, cost: 8);
        }
    }

    private void SumColumns<TTerm>(TTerm term, Matrix x, Matrix sum)
        where TTerm : struct, IColumnTerm =>
        Launch.Items(team, kernels, new ColumnSumKernel<TTerm>(term, x.Rows, new(sum)), ColumnBlock.Count(x.Columns), x.Count);
}
