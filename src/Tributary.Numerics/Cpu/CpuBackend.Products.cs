using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products;
using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Tiles;

namespace Tributary.Numerics.Cpu;

/// <content>Matrix products and frozen weights.</content>
public sealed unsafe partial class CpuBackend
{
    private readonly IProductKernels products;

    /// <inheritdoc/>
    public FrozenMatrix Freeze(ReadElements read, int outputs, int inputs, bool transposed, StorageType storage)
    {
        Shapes.Freeze(outputs, inputs);
        return products.Freeze(read, outputs, inputs, transposed, storage);
    }

    /// <inheritdoc/>
    public void Gemm(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c, float alpha = 1, float beta = 0)
    {
        Shapes.Gemm(a, transposeA, b, transposeB, c);
        products.Gemm(LeftOperand.Of(new(a), transposeA), new(b), transposeB, new TileFinish(new(c), alpha, beta, null));
    }

    /// <inheritdoc/>
    public void Multiply(Matrix x, FrozenMatrix weight, Matrix bias, Matrix y, float beta = 0)
    {
        Shapes.Multiply(x, weight, bias, y);
        products.Multiply(LeftOperand.Of(new(x), false), Own(weight), new TileFinish(new(y), 1, beta, CpuBuffer.PointerTo(bias)));
    }

    /// <inheritdoc/>
    public void MultiplyTransposed(Matrix dy, FrozenMatrix weight, Matrix dx, float beta = 0)
    {
        Shapes.MultiplyTransposed(dy, weight, dx);
        products.MultiplyTransposed(LeftOperand.Of(new(dy), false), Own(weight), new TileFinish(new(dx), 1, beta, null));
    }

    /// <inheritdoc/>
    public void Gather(FrozenMatrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0)
    {
        Shapes.Gather(table, ids, y);
        products.Gather(Own(table), ids, new(y), beta);
    }

    private static CpuFrozenMatrix Own(FrozenMatrix weight)
    {
        var own = weight as CpuFrozenMatrix ?? throw new ArgumentException($"the weight belongs to another backend ({weight.GetType().Name})");
        own.RequireAlive();
        return own;
    }
}
