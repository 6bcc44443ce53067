using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>
/// A weight kept as panels [outputs / width][inputs][width]: one panel holds the columns of Wᵀ that one tile needs, row after row, so that products read it from
/// front to back. There is no other copy.
/// </summary>
internal sealed unsafe class CpuFrozenMatrix : FrozenMatrix
{
    private readonly Granule granule;
    private readonly long columnBytes;
    private byte* data;

    public CpuFrozenMatrix(int outputs, int inputs, PanelLayout layout, StorageType storage)
        : this(outputs, inputs, layout, storage, Granule.Of(storage))
    {
    }

    private CpuFrozenMatrix(int outputs, int inputs, PanelLayout layout, StorageType storage, Granule granule)
    {
        (Outputs, Inputs, Layout, Storage, this.granule) = (outputs, inputs, layout, storage, granule);
        columnBytes = ((long)inputs + granule.Rows - 1) / granule.Rows * granule.ColumnBytes;
        Bytes = checked(layout.PaddedColumns * columnBytes);
        data = (byte*)AlignedMemory.Allocate(Bytes);
        AlignedMemory.PreferHugePages(data, Bytes);
    }

    public override int Outputs { get; }

    public override int Inputs { get; }

    public override long Bytes { get; }

    /// <summary>How the outputs are cut into panels.</summary>
    public PanelLayout Layout { get; }

    /// <summary>How elements are kept.</summary>
    public StorageType Storage { get; }

    /// <summary>True when rows are kept in pairs, for products in bfloat16.</summary>
    public bool IsPaired => granule == Granule.Pairs;

    /// <summary>A weight in bfloat16 whose rows are kept in pairs.</summary>
    public static CpuFrozenMatrix Paired(int outputs, int inputs, PanelLayout layout) => new(outputs, inputs, layout, StorageType.BF16, Granule.Pairs);

    /// <summary>Where row <paramref name="input"/> of a panel stands, or the block of rows that it belongs to.</summary>
    public byte* At(int panel, int input) =>
        data + (panel * Layout.PanelWidth * columnBytes) + ((long)(input / granule.Rows) * Layout.Width(panel) * granule.ColumnBytes);

    public override void Dispose()
    {
        if (data != null)
        {
            AlignedMemory.Free(data, Bytes);
            data = null;
        }
    }

    /// <summary>Refuses a weight that was disposed.</summary>
    public void RequireAlive() => ObjectDisposedException.ThrowIf(data == null, this);
}
