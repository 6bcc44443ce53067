using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Frozen;

namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>
/// Panels of a frozen weight: single precision in place; codes decoded into a block that stays in cache; bfloat16 widened there for many rows, or by the tile itself for few.
/// </summary>
internal readonly unsafe struct FrozenPanels<V>(CpuFrozenMatrix weight) : IPanels
    where V : struct, ILanes<V>
{
    private const int WidenFromRows = 9;

    public PanelLayout Layout => weight.Layout;

    public long ScratchFloats(int k) => weight.Storage == StorageType.F32 ? 0 : (long)PanelRows<V>.Room(k) * Layout.PanelWidth;

    public byte* Block(int panel, int k0, int k, int rows, float* scratch, out nint step, out bool brain)
    {
        step = Layout.Width(panel);
        brain = weight.Storage == StorageType.BF16 && rows < WidenFromRows;
        if (weight.Storage == StorageType.F32 || brain)
        {
            return weight.At(panel, k0);
        }

        PanelRows<V>.Read(weight, panel, k0, k, scratch);
        return (byte*)scratch;
    }
}
