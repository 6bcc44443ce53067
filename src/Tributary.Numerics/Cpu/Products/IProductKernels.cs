using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Tiles;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>The matrix products at one vector width; the tile's finish says where sums go.</summary>
internal interface IProductKernels
{
    /// <summary>True once a weight was frozen whose products oneDNN computes.</summary>
    bool UsesOneDnn { get; }

    /// <summary>op(a) · op(b).</summary>
    void Gemm(LeftOperand a, View b, bool transposeB, TileFinish finish);

    /// <summary>x · Wᵀ.</summary>
    void Multiply(LeftOperand x, CpuFrozenMatrix weight, TileFinish finish);

    /// <summary>dy · W.</summary>
    void MultiplyTransposed(LeftOperand dy, CpuFrozenMatrix weight, TileFinish finish);

    /// <summary>Packs a weight.</summary>
    CpuFrozenMatrix Freeze(ReadElements read, int outputs, int inputs, bool transposed, StorageType storage);

    /// <summary>y[i] = W[ids[i]] + beta · y[i].</summary>
    void Gather(CpuFrozenMatrix table, ReadOnlySpan<int> ids, View y, float beta);
}
