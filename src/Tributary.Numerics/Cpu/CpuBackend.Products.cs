using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products;

namespace Tributary.Numerics.Cpu;

/// <content>Matrix products.</content>
public sealed unsafe partial class CpuBackend
{
    private const long MultiplicationsPerPart = 1 << 17;

    /// <inheritdoc cref="IBackend.Freeze"/>
    public FrozenMatrix Freeze(ReadOnlySpan<float> source, int outputs, int inputs, bool transposed, StorageType storage)
    {
        Require(source.Length == (long)outputs * inputs, "values and weight", source.Length, (long)outputs * inputs);
        return new CpuFrozenMatrix(source, outputs, inputs, transposed, storage, kernels);
    }

    /// <inheritdoc cref="IMatrixProducts.Gemm"/>
    public void Gemm(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c, float alpha = 1, float beta = 0)
    {
        Shapes.Gemm(a, transposeA, b, transposeB, c);
        var tile = TileShape.For(kernels, c.Columns);
        var panels = new DensePanels(CpuBuffer.PointerTo(b), b.Stride, transposeB, c.Columns, tile.Columns);
        var left = new LeftOperand(CpuBuffer.PointerTo(a), a.Stride, transposeA, c.Rows);
        Run(left, panels, transposeA ? a.Rows : a.Columns, tile, c, default, alpha, beta);
    }

    /// <inheritdoc cref="IMatrixProducts.Multiply"/>
    public void Multiply(Matrix x, FrozenMatrix weight, Matrix bias, Matrix y, float beta = 0)
    {
        Shapes.Multiply(x, weight, bias, y);
        var own = Own(weight);
        Run(new LeftOperand(CpuBuffer.PointerTo(x), x.Stride, false, x.Rows), new FrozenPanels(own), own.Inputs, own.Tile, y, bias, 1, beta);
    }

    /// <inheritdoc cref="IMatrixProducts.MultiplyTransposed"/>
    public void MultiplyTransposed(Matrix dy, FrozenMatrix weight, Matrix dx, float beta = 0)
    {
        Shapes.MultiplyTransposed(dy, weight, dx);
        var own = Own(weight);
        var tile = TileShape.For(kernels, own.Inputs);
        Run(new LeftOperand(CpuBuffer.PointerTo(dy), dy.Stride, false, dy.Rows), new TurnedPanels(own, tile.Columns), own.Outputs, tile, dx, default, 1, beta);
    }

    /// <inheritdoc cref="IRowKernels.Gather(FrozenMatrix, ReadOnlySpan{int}, Matrix, float)"/>
    public void Gather(FrozenMatrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0)
    {
        Shapes.Gather(table, ids, y);
        var own = Own(table);
        var data = CpuBuffer.PointerTo(y);
        for (var i = 0; i < ids.Length; i++)
        {
            var row = data + ((nint)i * y.Stride);
            for (var k = 0; k < own.Inputs; k++)
            {
                row[k] = own.At(ids[i], k) + (beta == 0 ? 0 : beta * row[k]);
            }
        }
    }

    private static CpuFrozenMatrix Own(FrozenMatrix weight) =>
        weight as CpuFrozenMatrix ?? throw new ArgumentException($"the weight belongs to another backend ({weight.GetType().Name})");

    private void Run<TPanels>(LeftOperand left, TPanels panels, int inner, TileShape tile, Matrix c, Matrix bias, float alpha, float beta)
        where TPanels : struct, IPanels
    {
        if (c.Count == 0)
        {
            return;
        }

        var target = new TileTarget { C = CpuBuffer.PointerTo(c), Stride = c.Stride, Alpha = alpha, Beta = beta, Bias = CpuBuffer.PointerTo(bias) };
        var parts = team.Parts((long)c.Rows * c.Columns * inner, MultiplicationsPerPart);
        var (panelCount, rowTiles) = ((c.Columns + tile.Columns - 1) / tile.Columns, (c.Rows + tile.Rows - 1) / tile.Rows);
        var byRows = Waste(panelCount, parts) > Waste(rowTiles, parts);
        team.Run(new ProductJob<TPanels>(left, panels, inner, tile, target, parts, byRows), parts);
    }

    // Share of time that the other threads wait for the one with the most items.
    private static double Waste(int items, int parts) => (((items + parts - 1) / parts * (double)parts) / items) - 1;
}
