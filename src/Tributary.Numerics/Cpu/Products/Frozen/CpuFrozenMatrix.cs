using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>
/// A weight kept as panels [outputs / width][inputs][width]: one panel holds the columns of Wᵀ that one tile needs, row after row, so that products read it from
/// front to back. There is no other copy.
/// </summary>
internal sealed unsafe class CpuFrozenMatrix : FrozenMatrix
{
    private byte* data;

    public CpuFrozenMatrix(int outputs, int inputs, PanelLayout layout, bool brain)
    {
        (Outputs, Inputs, Layout, IsBrain) = (outputs, inputs, layout, brain);
        Bytes = checked((long)layout.PaddedColumns * inputs * ElementSize);
        data = (byte*)AlignedMemory.Allocate(Bytes);
        AlignedMemory.PreferHugePages(data, Bytes);
    }

    public override int Outputs { get; }

    public override int Inputs { get; }

    public override long Bytes { get; }

    /// <summary>How the outputs are cut into panels.</summary>
    public PanelLayout Layout { get; }

    /// <summary>True when elements are bfloat16.</summary>
    public bool IsBrain { get; }

    private int ElementSize => IsBrain ? sizeof(ushort) : sizeof(float);

    /// <summary>Row <paramref name="input"/> of a panel.</summary>
    public byte* At(int panel, int input) =>
        data + ((((long)panel * Layout.PanelWidth * Inputs) + ((long)input * Layout.Width(panel))) * ElementSize);

    /// <summary>The element W[output, input].</summary>
    public float Element(int output, int input)
    {
        var row = At(output / Layout.PanelWidth, input);
        var column = output % Layout.PanelWidth;
        return IsBrain ? BFloat16.ToSingle(((ushort*)row)[column]) : ((float*)row)[column];
    }

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
